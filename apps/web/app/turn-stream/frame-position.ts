/** Whether the turn log's id `id` stands after `cursor`; both are `epoch-sequence`, in numbers. */
export function isAfter(id: string, cursor: string): boolean {
  const [epoch, sequence] = numbersOf(id)
  const [cursorEpoch, cursorSequence] = numbersOf(cursor)
  return epoch === cursorEpoch ? sequence > cursorSequence : epoch > cursorEpoch
}

function numbersOf(id: string): [epoch: number, sequence: number] {
  const [epoch, sequence] = id.split('-')
  return [Number(epoch), Number(sequence)]
}
