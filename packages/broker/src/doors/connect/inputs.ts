import type { Question } from '@bursar/domain/connect-form.ts'
import { html, raw } from 'hono/html'

export interface InputState {
  id: string
  value: string | undefined
  /** Ids of the texts that explain it. */
  described: string
  invalid: boolean
  /** True when the form is shown again: a default no longer stands in for what was typed. */
  again: boolean
}

/** The input of a question: hidden letters for secrets, a list for choices, a box for yes and no. */
export function inputOf(question: Question, state: InputState): ReturnType<typeof html> {
  const { name, type, secret, enum: choices, required } = question
  const { id, described, invalid, again } = state
  const value = state.value ?? (again || question.default === undefined ? '' : String(question.default))
  const common = html`id="${id}" name="${name}"${required ? raw(' required') : ''}${
    described === '' ? '' : html` aria-describedby="${described}"`
  }${invalid ? raw(' aria-invalid="true"') : ''}`
  if (type === 'boolean') {
    return html`<input type="checkbox" value="true" ${common}${value === 'true' ? raw(' checked') : ''}>`
  }
  if (choices !== undefined && !secret) {
    return html`<select ${common}>${required ? '' : html`<option value=""></option>`}${choices.map(
      (choice) =>
        html`<option value="${String(choice)}"${String(choice) === value ? raw(' selected') : ''}>${String(choice)}</option>`,
    )}</select>`
  }
  if (secret) {
    return html`<input type="password" ${common} autocomplete="off" autocapitalize="none" spellcheck="false">`
  }
  const numeric = type === 'integer' ? raw(' inputmode="numeric"') : ''
  return html`<input type="text" ${common}${numeric} value="${value}" autocomplete="off" autocapitalize="none" spellcheck="false">`
}
