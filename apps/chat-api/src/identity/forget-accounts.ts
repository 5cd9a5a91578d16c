import type { AuthLibrary } from './better-auth.ts'

/** Deletes accounts of the auth library that lead nowhere any more, and their sessions. */
export async function forgetAccounts(
  auth: AuthLibrary,
  accountIds: readonly string[],
): Promise<void> {
  const { internalAdapter } = await auth.$context
  for (const id of accountIds) {
    await internalAdapter.deleteUserSessions(id)
    await internalAdapter.deleteUser(id)
  }
}
