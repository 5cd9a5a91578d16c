import type { MailRow } from '@brainlyx/db'

export interface MailText {
  readonly subject: string
  readonly body: string
}

/**
 * What a mail says: plain text, and nothing that its reader wrote, so that no mail of ours carries somebody else's words.
 * @param link where its reader goes on; the mail that only tells something has none
 */
export function mailText(kind: MailRow['kind'], links: { act: string; forgot: string }): MailText {
  switch (kind) {
    case 'verification':
      return {
        subject: 'Confirm your e-mail address',
        body: paragraphs(
          'Somebody, most likely you, has made an account at Brainlyx with this address. Confirm here that it is yours:',
          links.act,
          'The link is good for a day. If it was not you, do nothing: without you nobody can use the address.',
        ),
      }
    case 'reset':
      return {
        subject: 'Choose a new password',
        body: paragraphs(
          'Somebody, most likely you, wants a new password for the account of this address. Choose it here:',
          links.act,
          'The link is good for an hour, and once. If it was not you, do nothing: your password stays as it is.',
        ),
      }
    case 'password-changed':
      return {
        subject: 'Your password was changed',
        body: paragraphs(
          'The password of your account at Brainlyx was changed just now, and other devices were signed out.',
          'If it was not you, choose a new one at once:',
          links.forgot,
        ),
      }
    case 'account-exists':
      return {
        subject: 'You have an account already',
        body: paragraphs(
          'Somebody, most likely you, wanted to make an account at Brainlyx with this address. There is one already; sign in with it. If you have forgotten its password, choose a new one here:',
          links.forgot,
          'If it was not you, do nothing: nothing was changed.',
        ),
      }
  }
}

function paragraphs(...texts: readonly string[]): string {
  return `${texts.join('\n\n')}\n`
}
