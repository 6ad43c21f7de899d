import type { Exec } from '../render/render.ts'
import type { Body, Expression, Statement } from '../syntax/ast.ts'
import { escaped } from '../syntax/escaping.ts'
import { printedText } from '../value/text.ts'
import type { Compiling } from './compiling.ts'

/** Compiles statements to one closure. */
export function compileBody(body: Body, compiler: Compiling): Exec {
  const statements = body
    .map((statement) => compileStatement(statement, compiler))
    .filter((exec) => exec !== undefined)
  const [first, second] = statements
  if (!first) return () => {}
  if (!second) return first
  return (render) => {
    for (let i = 0; i < statements.length; i++) (statements[i] as Exec)(render)
  }
}

function compileStatement(statement: Statement, compiler: Compiling): Exec | undefined {
  switch (statement.kind) {
    case 'text': {
      const { text } = statement
      return (render) => render.write(text)
    }
    case 'print':
      return compilePrint(statement.expression, compiler)
    case 'tag':
      return compiler.tag(statement.tag, statement.node, statement.at)
  }
}

function compilePrint(expression: Expression, compiler: Compiling): Exec {
  const { escaping } = compiler
  const evaluate = compiler.expression(escaping === undefined ? expression : escaped(expression, escaping))
  return (render) => {
    render.charge()
    const value = evaluate(render)
    render.write(typeof value === 'string' ? value : printedText(value))
  }
}
