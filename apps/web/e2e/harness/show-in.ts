import type { Page } from 'playwright-core'

/** Shows the page in light or dark, and waits until its colours are those: on their way they have no contrast yet. */
export async function showIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map(({ finished }) => finished)),
  )
}
