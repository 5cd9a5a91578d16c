import type { FoundMessage, SearchPage, TextSegment } from '@brainlyx/chat-contract'
import { Link } from 'react-router'

export function SearchResults({
  q,
  page,
  isFirstPage,
}: {
  q: string
  page: SearchPage
  isFirstPage: boolean
}) {
  const { chats, messages, nextCursor, searchedFrom } = page
  const isEmpty = chats.length + messages.length === 0
  return (
    <section className="search-results" aria-label="Results">
      <output className="search-summary">{summaryOf(page, isFirstPage)}</output>
      {isEmpty && nextCursor === null && (
        <p>
          Try fewer or other words, only the beginning of one (<code>deploy*</code>), or no filter.
          Every word has to be in the same message.
        </p>
      )}
      {chats.length > 0 && (
        <>
          <h2>Chats</h2>
          <ul className="hits">
            {chats.map(({ chat, title }) => (
              <li key={chat.id}>
                <Link className="hit" to={`/c/${chat.id}`}>
                  <span className="hit-title">
                    <Segments segments={title} />
                  </span>
                  <Day time={chat.updatedAt} />
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
      {messages.length > 0 && (
        <>
          <h2>Messages</h2>
          <ul className="hits">
            {messages.map((message) => (
              <li key={message.messageId}>
                <MessageHit message={message} />
              </li>
            ))}
          </ul>
        </>
      )}
      {(nextCursor !== null || !isFirstPage) && (
        <nav className="search-pages" aria-label="Pages of results">
          {!isFirstPage && <Link to={`/search?${new URLSearchParams({ q })}`}>First results</Link>}
          {nextCursor !== null && (
            <Link
              className="button"
              to={`/search?${new URLSearchParams({ q, cursor: nextCursor })}`}
            >
              {isEmpty ? 'Search older messages' : 'More results'}
            </Link>
          )}
        </nav>
      )}
      {searchedFrom !== null && nextCursor !== null && (
        <p className="search-reach">
          Looked at messages back to <Day time={searchedFrom} />.
        </p>
      )}
    </section>
  )
}

function MessageHit({ message }: { message: FoundMessage }) {
  const { chatId, messageId, chatTitle, role, model, createdAt, excerpt } = message
  return (
    <Link className="hit" to={`/c/${chatId}?around=${messageId}#message-${messageId}`}>
      <span className="hit-title">{chatTitle ?? 'New chat'}</span>
      <span className="hit-by">
        {role === 'user' ? 'You' : (model ?? 'Answer')} · <Day time={createdAt} />
      </span>
      <span className="hit-excerpt">
        <Segments segments={excerpt} />
      </span>
    </Link>
  )
}

function Segments({ segments }: { segments: readonly TextSegment[] }) {
  return segments.map(({ text, match }, index) =>
    // The same text always has the same segments.
    match ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>,
  )
}

const DAY = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeZone: 'UTC' })

/** In UTC, as the filters are: the server, which makes this page, does not know the reader's time zone. */
function Day({ time }: { time: string }) {
  return <time dateTime={time}>{DAY.format(new Date(time))}</time>
}

function summaryOf({ chats, messages, nextCursor }: SearchPage, isFirstPage: boolean): string {
  const count = chats.length + messages.length
  const more = nextCursor === null ? '' : ' on this page'
  if (count === 1) return `1 result${more}`
  if (count > 1) return `${count} results${more}`
  if (nextCursor !== null) return 'Nothing found so far'
  return isFirstPage ? 'Nothing was found' : 'Nothing more was found'
}
