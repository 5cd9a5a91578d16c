import type { MailRow } from '@brainlyx/db'

export interface MailText {
  readonly subject: string
  readonly body: string
}

/** Where the reader of a mail goes on. */
interface MailLinks {
  /** What only this mail opens. */
  readonly act: string
  readonly forgot: string
  readonly usage: string
  readonly budgets: string
}

/** What a mail says: plain text, and nothing that its reader wrote, so that no mail of ours carries somebody else's words. */
export function mailText(kind: MailRow['kind'], links: MailLinks): MailText {
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
    case 'budget-50':
    case 'budget-80':
      return {
        subject: `${percentOf(kind)} % of your budget is spent`,
        body: paragraphs(
          `You have spent ${percentOf(kind)} % of what you may spend at Brainlyx this month. What each day and each model cost:`,
          links.usage,
          RENEWAL,
        ),
      }
    case 'budget-100':
      return {
        subject: 'Your budget is spent',
        body: paragraphs(
          'You have spent what you may spend at Brainlyx this month. No messages are answered until it renews or an administrator raises it. What each day and each model cost:',
          links.usage,
          RENEWAL,
        ),
      }
    case 'installation-budget-50':
    case 'installation-budget-80':
      return {
        subject: `${percentOf(kind)} % of the installation’s budget is spent`,
        body: paragraphs(
          `All users together have spent ${percentOf(kind)} % of what they may spend this month. See and change it here:`,
          links.budgets,
          RENEWAL,
        ),
      }
    case 'installation-budget-100':
      return {
        subject: 'The installation’s budget is spent',
        body: paragraphs(
          'All users together have spent what they may spend this month. Nobody’s messages are answered until it renews or you raise it:',
          links.budgets,
          RENEWAL,
        ),
      }
  }
}

const RENEWAL = 'It renews on the first of the next month (UTC).'

function percentOf(kind: string): string {
  return kind.slice(kind.lastIndexOf('-') + 1)
}

function paragraphs(...texts: readonly string[]): string {
  return `${texts.join('\n\n')}\n`
}
