/** Other providers name their calls with other signs too (`functions.look:0`), and conversations change models. */
export function takenId(id: string): string {
  return id.replaceAll(/[^\w-]/g, '_')
}
