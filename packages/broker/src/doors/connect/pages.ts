import type { Question } from '@bursar/domain/connect-form.ts'
import type { Problem } from '@bursar/domain/error.ts'
import { html, raw } from 'hono/html'
import type { ConnectView } from '../../operations/connect/connect-page.ts'
import { icon } from './icons.ts'
import { inputOf } from './inputs.ts'

/** A page waits for the address of the stylesheet only. */
export type Page = (stylePath: string) => ReturnType<typeof html>

type Part = ReturnType<typeof html> | string

function page(title: string, body: Part, head: Part = ''): Page {
  return (stylePath) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Bursar</title>
<link rel="stylesheet" href="${stylePath}">
${head}
</head>
<body>
<main class="card">
${body}
</main>
<footer>${icon('shield')}<span>Kept encrypted by <strong>Bursar</strong></span></footer>
</body>
</html>`
}

export interface FormState {
  key: string
  typed?: Readonly<Record<string, string | undefined>>
  byQuestion?: ReadonlyMap<string, Problem>
  others?: readonly Problem[]
  /** Why the provider did not take what was typed. */
  failure?: string
}

/** The form: what it is for, a field for each question, and what is wrong beside the field. */
export function formPage(view: ConnectView, state: FormState): Page {
  const { title, description, questions, signsInAt, credential, expiresAt } = view
  const wrong = questions.filter(({ name }) => state.byQuestion?.has(name))
  const failed = state.failure !== undefined || wrong.length > 0 || (state.others ?? []).length > 0
  const body = html`<header class="head">
<div class="marks" aria-hidden="true"><span class="mark theirs">${initialOf(title)}</span><span class="wire"></span><span class="mark ours">${icon('key')}</span></div>
<h1>Connect ${title}</h1>
${description === null ? '' : html`<p class="lead">${description}</p>`}
</header>
${failed ? summary(state, wrong) : ''}
<form method="post" novalidate>
<input type="hidden" name="form_key" value="${state.key}">
${questions.map((question) => field(question, state))}
${hasRequired(questions) ? html`<p class="legend"><span class="star" aria-hidden="true">*</span> needed</p>` : ''}
${signsInAt === null ? '' : html`<p class="note">${icon('leave')}<span>Next, you sign in at <strong>${signsInAt}</strong> and allow the access. Your password there stays there.</span></p>`}
<button type="submit">${signsInAt === null ? 'Connect' : html`Continue to ${signsInAt}`}</button>
</form>
<p class="fine">For the account <code>${credential}</code>. This link works once, until ${shownInstant(expiresAt)}.</p>`
  return page(failed ? `Please check: ${title}` : `Connect ${title}`, body)
}

const hasRequired = (questions: readonly Question[]): boolean => questions.some(({ required }) => required)

function summary({ failure, others = [] }: FormState, wrong: readonly Question[]): Part {
  const heading = failure === undefined ? 'Something is missing or wrong' : 'It could not be connected'
  return html`<div class="alert" role="alert" tabindex="-1">
${icon('warning')}
<div><h2>${heading}</h2>
${failure === undefined ? '' : html`<p>${failure}</p>`}
${others.map(({ detail }) => html`<p>${detail}</p>`)}
${wrong.length === 0 ? '' : html`<ul>${wrong.map(({ name, title }) => html`<li><a href="#f-${name}">${title}</a></li>`)}</ul>`}
</div></div>`
}

function field(question: Question, { typed, byQuestion }: FormState): Part {
  const { name, title, type, required, secret } = question
  // A description that only says the title again is noise, and is read out twice.
  const description = question.description === title ? undefined : question.description
  const id = `f-${name}`
  const problem = byQuestion?.get(name)
  const described = [description && `${id}-about`, problem && `${id}-wrong`].filter(Boolean).join(' ')
  // A secret is never sent back: who mistyped something else types it again.
  const value = secret ? undefined : typed?.[name]
  const input = inputOf(question, {
    id,
    value,
    described,
    invalid: problem !== undefined,
    again: typed !== undefined,
  })
  const label = html`<label for="${id}">${title}${required ? html` <span class="star" aria-hidden="true">*</span>` : ''}</label>`
  const about = description === undefined ? '' : html`<p class="about" id="${id}-about">${description}</p>`
  const error = problem
    ? html`<p class="wrong" id="${id}-wrong">${icon('warning')}<span>${wording(problem, title)}</span></p>`
    : ''
  const classes = `field${problem ? ' is-wrong' : ''}${type === 'boolean' ? ' is-check' : ''}`
  return type === 'boolean'
    ? html`<div class="${classes}"><div class="check">${input}${label}</div>${about}${error}</div>`
    : html`<div class="${classes}">${label}${about}${input}${error}</div>`
}

/** The problem in words for the person, who knows neither recipes nor secrets. */
function wording({ code, detail }: Problem, title: string): string {
  return code === 'field.missing' || code === 'secret.missing' ? `${title} is needed.` : detail
}

/** Sends the browser on. A link of its own for browsers that do not follow by themselves. */
export function leavePage(url: string, host: string): Page {
  const body = html`<div class="end">
<span class="badge going">${icon('leave')}</span>
<h1>On to ${host}</h1>
<p class="lead">Sign in there and allow the access. You come back here when you are done.</p>
<p><a class="button" href="${url}" rel="noreferrer">Continue to ${host}</a></p>
</div>`
  return page(`On to ${host}`, body, html`<meta http-equiv="refresh" content="0; url=${url}">`)
}

export interface End {
  kind: 'connected' | 'failed' | 'ended'
  title: string
  detail: string
  hint?: string
  credential?: string
  /** Where to try it again. */
  retry?: string | null
}

const BADGES = { connected: 'check', failed: 'warning', ended: 'clock' } as const

/** How it ended. */
export function endPage({ kind, title, detail, hint, credential, retry }: End): Page {
  const again = retry ? html`<p><a class="button" href="${retry}">Try again</a></p>` : ''
  const body = html`<div class="end">
<span class="badge ${kind}">${icon(BADGES[kind])}</span>
<h1>${title}</h1>
<p class="lead" role="status">${detail}</p>
${credential === undefined ? '' : html`<p class="fine">Account <code>${credential}</code></p>`}
${hint === undefined ? '' : html`<p class="fine">${hint}</p>`}
${again}
${kind === 'connected' ? html`<p class="fine">You can close this window.</p>` : ''}
</div>`
  return page(title, body)
}

const initialOf = (title: string): string => [...title.trim()][0]?.toUpperCase() ?? '?'

/** `22 November 2026, 21:24 UTC`, with the machine's form beside it. */
function shownInstant(at: number): Part {
  const iso = new Date(at * 1000).toISOString()
  const [year, month, day] = iso.slice(0, 10).split('-')
  const shown = `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}, ${iso.slice(11, 16)} UTC`
  return html`<time datetime="${iso}">${raw(shown)}</time>`
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
