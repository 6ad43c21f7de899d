/** Markdown without the spaces and dashes that only line up its tables. */
export function unpadded(markdown: string): string {
  return markdown.replaceAll(/ *\| */g, '|').replaceAll(/-{3,}/g, '---')
}
