import type { TranslatedEntry } from './translate.ts'

/** What a provider is made from, but for its name: an entry, and the words of its destination. */
export function providerBody(
  destination: Readonly<Record<string, unknown>>,
  { title, recipe, secrets }: Pick<TranslatedEntry, 'title' | 'recipe' | 'secrets'>,
) {
  const words = [textOf(destination.name), title].filter((word) => word !== undefined)
  return {
    title: words.join(' · ').slice(0, 200),
    description: textOf(destination.description)?.slice(0, 2000) ?? null,
    recipe,
    secrets,
  }
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
