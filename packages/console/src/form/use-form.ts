import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { ApiProblem, type FieldProblem } from '../api/problem.ts'
import { valueAt, withValueAt } from './pointer.ts'

/** What somebody fills in: a JSON value, its members addressed by JSON pointers as Bursar's problems are. */
export interface Form<T extends object = Record<string, unknown>> {
  value: T
  isDirty: boolean
  get(pointer: string): unknown
  set(pointer: string, value: unknown): void
  /** Replaces everything; what was typed is gone. */
  reset(value: T): void
  /** How often that was done. */
  resets: number
  /** What is wrong at a field: with its own value, or with something inside it. */
  problemAt(pointer: string): FieldProblem | undefined
  problems: readonly FieldProblem[]
  /** Takes the problems that Bursar named; true when there were some, false when the failure is another. */
  fail(error: unknown): boolean
  setProblems(problems: readonly FieldProblem[]): void
  /** Fields say where they stand, so that problems of no field are shown by themselves. */
  register(pointer: string): () => void
  isPlaced(pointer: string): boolean
  /** A field holds text that is no value yet, so that the form still has the value before it; null where it is one. */
  setUnreadable(pointer: string, detail: string | null): void
  /** To be asked before anything is sent; where it is false, the fields say why. */
  isReadable(): boolean
}

const isWithin = (path: string, pointer: string): boolean =>
  path === pointer || path.startsWith(`${pointer}/`)

export function useForm<T extends object>(initial: T | (() => T)): Form<T> {
  const [value, setValue] = useState<T>(initial)
  const [problems, setProblems] = useState<readonly FieldProblem[]>([])
  const [isDirty, setDirty] = useState(false)
  const [resets, setResets] = useState(0)
  const fields = useRef(new Map<string, number>())
  const unreadable = useRef(new Map<string, FieldProblem>())
  const isNews = useRef(false)

  // In an effect, and not in the next frame: only then are the problems in the page, however busy the browser is.
  useEffect(() => {
    if (isNews.current && problems.length > 0) focusFirstProblem()
    isNews.current = false
  }, [problems])

  const set = useCallback((pointer: string, next: unknown) => {
    setValue((before) => withValueAt(before, pointer, next) as T)
    setProblems((before) => before.filter(({ path }) => !isWithin(path, pointer)))
    setDirty(true)
  }, [])

  const register = useCallback((pointer: string) => {
    fields.current.set(pointer, (fields.current.get(pointer) ?? 0) + 1)
    return () => {
      const count = (fields.current.get(pointer) ?? 1) - 1
      if (count === 0) fields.current.delete(pointer)
      else fields.current.set(pointer, count)
    }
  }, [])

  const setUnreadable = useCallback((pointer: string, detail: string | null) => {
    if (detail !== null) {
      unreadable.current.set(pointer, { path: pointer, code: 'field.invalid', detail })
      setDirty(true)
    } else if (unreadable.current.delete(pointer)) {
      setProblems((before) => before.filter(({ path }) => path !== pointer))
    }
  }, [])

  return useMemo(
    () => ({
      value,
      isDirty,
      get: (pointer) => valueAt(value, pointer),
      set,
      reset(next) {
        setValue(next)
        setProblems([])
        setDirty(false)
        setResets((before) => before + 1)
      },
      resets,
      problemAt: (pointer) =>
        problems.find(({ path }) => path === pointer) ?? problems.find(({ path }) => isWithin(path, pointer)),
      problems,
      fail(error) {
        const named = error instanceof ApiProblem ? error.problems : []
        isNews.current = true
        setProblems(named)
        return named.length > 0
      },
      setProblems(next) {
        isNews.current = true
        setProblems(next)
      },
      register,
      isPlaced: (path) => [...fields.current.keys()].some((pointer) => isWithin(path, pointer)),
      setUnreadable,
      isReadable() {
        if (unreadable.current.size === 0) return true
        isNews.current = true
        setProblems([...unreadable.current.values()])
        return false
      },
    }),
    [value, isDirty, problems, resets, set, register, setUnreadable],
  )
}

function focusFirstProblem() {
  const field = document.querySelector<HTMLElement>('[aria-invalid="true"]')
  field?.focus()
  field?.scrollIntoView({ block: 'center' })
}

/** The browser asks before a page with typed text is closed. */
export function useUnsavedGuard(isDirty: boolean) {
  useEffect(() => {
    if (!isDirty) return
    const ask = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [isDirty])
}
