/** What is answered to somebody nobody knows, a guest, a user and an administrator, in this order. */
type Answers = readonly [anonymous: string, guest: string, user: string, administrator: string]

const EVERYBODY: Answers = ['200', '200', '200', '200']
/** Whoever has something of their own, guests included. */
const SIGNED_IN: Answers = ['401', '200', '200', '200']
const MEMBERS: Answers = ['401', '403', '200', '200']
const ADMINISTRATORS: Answers = ['401', '403', '403', '200']
/** The user whose chat it is; to others there is none, administrators included. */
const ITS_USER: Answers = ['401', '404', '200', '404']
/** Nothing for whoever has an account already. */
const NOT_MEMBERS: Answers = ['200', '200', '302 /', '302 /']
/** A form goes there; whoever opens the address itself is sent to the beginning. */
const FORM_ONLY: Answers = ['302 /', '302 /', '302 /', '302 /']

const to = (answer: string): Answers => [answer, answer, answer, answer]

/** By the page's address in `app/routes.ts`; ids in it are of what the user has. A page that is not here fails. */
export const PAGE_ANSWERS: Readonly<Record<string, Answers>> = {
  '/': EVERYBODY,
  '/*': to('404'),
  // The link is signed, for whoever has no account any more; this one is not.
  '/account-deleted/:requestId': to('400'),
  '/admin': ADMINISTRATORS,
  '/admin/announcements': ADMINISTRATORS,
  '/admin/announcements/:announcementId': ADMINISTRATORS,
  '/admin/audit': ADMINISTRATORS,
  '/admin/budgets': ADMINISTRATORS,
  '/admin/failures': ADMINISTRATORS,
  '/admin/invitations': ADMINISTRATORS,
  '/admin/providers': ADMINISTRATORS,
  '/admin/sign-up': ADMINISTRATORS,
  '/admin/tiers': ADMINISTRATORS,
  '/admin/users': ADMINISTRATORS,
  '/admin/users/:userId': ADMINISTRATORS,
  '/announcements/dismiss': FORM_ONLY,
  '/c/:chatId': ITS_USER,
  '/c/:chatId/options': ITS_USER,
  '/forgot-password': EVERYBODY,
  // On a laptop only, which the tests are on.
  '/mailbox': EVERYBODY,
  '/reset-password': EVERYBODY,
  '/search': EVERYBODY,
  '/set-up': EVERYBODY,
  '/settings/account': MEMBERS,
  '/settings/account/two-factor': MEMBERS,
  // To a guest it says that an account is needed.
  '/settings/api-keys': SIGNED_IN,
  '/settings/data': SIGNED_IN,
  '/settings/limits': SIGNED_IN,
  '/settings/providers': to('301 /admin/providers'),
  '/settings/sign-ins': SIGNED_IN,
  '/settings/usage': SIGNED_IN,
  '/sign-in': NOT_MEMBERS,
  '/sign-in/code': EVERYBODY,
  '/sign-out': FORM_ONLY,
  '/sign-up': NOT_MEMBERS,
  '/theme': FORM_ONLY,
  '/turns/:turnId/stop': FORM_ONLY,
  '/verify-email': EVERYBODY,
}

/** Pages of the administration that take no form. */
export const WITHOUT_FORM: readonly string[] = ['/admin', '/admin/failures', '/admin/users']
