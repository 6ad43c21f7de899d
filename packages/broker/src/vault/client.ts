import { type SourceAnswer, type SourceRequest, type SourceWorld, unresolved } from './reference.ts'

/** Asked once, then kept; asked again when it failed. */
export function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null
  return () => {
    made ??= make().catch((error) => {
      made = null
      throw error
    })
    return made
  }
}

/** Loads the client of a secret store, which an installation has only if it wants it. */
export async function loadPackages<T>(
  what: string,
  names: readonly string[],
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    const hint = `npm install ${names.join(' ')} where Bursar is installed, then restart it.`
    throw unresolved(`The client of ${what} is not installed.`, hint)
  }
}

/** No answer came from a secret store; thrown through its client, so that it reaches who asked. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
  readonly hint: string | undefined

  constructor(detail: string, hint: string | undefined) {
    super(detail)
    this.hint = hint
  }
}

/** Sends for a client; throws {@link Unreachable} where there was no answer. */
export async function sendFor(
  { send }: Pick<SourceWorld, 'send'>,
  request: SourceRequest,
): Promise<Extract<SourceAnswer, { kind: 'answer' }>['answer']> {
  const result = await send(request)
  if (result.kind === 'answer') return result.answer
  throw new Unreachable(result.failure.detail, result.failure.hint)
}

/** The {@link Unreachable} among an error and what caused it; clients wrap what their transport throws. */
export function unreachableIn(error: unknown): Unreachable | null {
  for (let each = error, depth = 0; each instanceof Error && depth < 8; depth += 1) {
    if (each instanceof Unreachable) return each
    each = each.cause ?? (each as { innerError?: unknown }).innerError
  }
  return null
}

/** Rejects with what `late` makes once the time is over; what was begun is left to its own deadlines. */
export async function within<T>(ms: number, promise: Promise<T>, late: () => Error): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), ms)
  try {
    return await Promise.race([promise, over])
  } finally {
    clearTimeout(timer)
  }
}
