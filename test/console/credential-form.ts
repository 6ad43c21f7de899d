import type { Locator } from 'playwright-core'
import type { ConsolePage } from './console.ts'

/** The form by which credentials are added and edited, as a person handles it. */
export interface CredentialForm {
  fill(values: Readonly<Record<string, string>>): Promise<void>
  choose(label: string): Promise<void>
  add(): Promise<void>
  validate(): Promise<Locator>
  /** The words beside a field that is wrong; null when it is not. */
  problemOf(label: string): Promise<string | null>
  save(): Promise<void>
}

export function credentialForm({ page, field, button }: ConsolePage): CredentialForm {
  const named = (label: string) =>
    page.getByRole('textbox', { name: label, exact: true }).or(field(exactly(label)))
  return {
    async fill(values) {
      for (const [label, value] of Object.entries(values)) await named(label).first().fill(value)
    },
    choose: (label) => page.getByRole('radio', { name: label }).check(),
    add: () => button(/^Add$/).click(),
    save: () => button(/^Save$/).click(),
    async validate() {
      await button('Validate').click()
      const report = page.getByRole('region', { name: 'Result of the validation' })
      await report.waitFor()
      return report
    },
    async problemOf(label) {
      const input = named(label).first()
      if ((await input.getAttribute('aria-invalid')) !== 'true') return null
      const ids = (await input.getAttribute('aria-describedby'))?.split(' ') ?? []
      const id = ids.find((one) => one.endsWith('-problem'))
      return id === undefined ? null : page.locator(`[id="${id}"]`).innerText()
    },
  }
}

/** The label as it is shown, with or without the star of a required field. */
const exactly = (label: string) => new RegExp(`^${label.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}( \\*)?$`)

/** Opens the form of one kind. */
export async function openForm(opened: ConsolePage, kind: string): Promise<CredentialForm> {
  await opened.goto(`/credentials/new?kind=${kind}`)
  await opened.page.getByLabel(/^Name/).waitFor()
  return credentialForm(opened)
}
