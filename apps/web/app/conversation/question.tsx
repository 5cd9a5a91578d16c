import { memo } from 'react'

/** What a person wrote, as it was written. */
export const Question = memo(function Question({ text }: { text: string }) {
  return (
    <article className="question" aria-label="You wrote">
      <p>{text}</p>
    </article>
  )
})
