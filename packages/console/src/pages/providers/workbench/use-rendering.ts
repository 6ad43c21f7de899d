import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '../../../api/call.ts'
import { ApiProblem } from '../../../api/problem.ts'
import type { CodeFault } from './code-editor.tsx'

/** A text of a recipe: a constant, or a template. */
export type TextValue = string | { template: string }

export const isTemplate = (value: unknown): value is { template: string } =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as { template?: unknown }).template === 'string'

export const sourceOf = (value: unknown): string =>
  isTemplate(value) ? value.template : typeof value === 'string' ? value : ''

const REST_MS = 250

/** What a value was once it has rested: nobody is asked at every key. */
function useRested<T>(value: T): T {
  const [rested, setRested] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), REST_MS)
    return () => clearTimeout(timer)
  }, [value])
  return rested
}

export interface Rendering {
  /** Undefined while nothing is known, and where it fails. */
  output: string | undefined
  fault: CodeFault | undefined
}

/** What Bursar makes of a text, shortly after it was typed. A constant is what it is. */
export function useRendering(value: unknown, context: object): Rendering {
  const template = isTemplate(value) ? value.template : undefined
  const asked = useRested(template)
  const contextText = useRested(JSON.stringify(context))
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['rendering', asked, contextText],
    queryFn: ({ signal }) =>
      call('POST', '/v1/templates/render', {
        body: { template: asked, context: JSON.parse(contextText) as object },
        signal,
      }),
    enabled: asked !== undefined && template !== undefined,
    placeholderData: keepPreviousData,
    gcTime: 10_000,
  })
  if (template === undefined) {
    return { output: typeof value === 'string' ? value : undefined, fault: undefined }
  }
  if (error instanceof ApiProblem) {
    const [place] = error.problems
    return {
      output: undefined,
      fault: {
        detail: place?.detail ?? error.message,
        line: place?.line,
        column: place?.column,
        excerpt: place?.excerpt,
      },
    }
  }
  return { output: isPlaceholderData && data === undefined ? undefined : data?.output, fault: undefined }
}
