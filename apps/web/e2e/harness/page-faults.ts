import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { DESKTOP } from './chromium.ts'

const DEVICES = { desktop: DESKTOP.viewport, phone: { width: 360, height: 740 } }
const THEMES = ['light', 'dark'] as const
const VIEWS = Object.entries(DEVICES).flatMap(([device, viewport]) =>
  THEMES.map((colorScheme) => ({ device, viewport, colorScheme })),
)

/**
 * What a person would stumble over on the page as it is now: axe's serious and critical findings, and a page that
 * scrolls sideways. Where `E2E_PICTURES` names a folder, each view is drawn there under `name`.
 */
export async function pageFaults(page: Page, name: string): Promise<string[]> {
  const faults: string[] = []
  for (const { device, viewport, colorScheme } of VIEWS) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const view = `${name}, ${device}, ${colorScheme}`
    faults.push(...(await axeFaults(page)).map((fault) => `${view}: ${fault}`))
    const isWider = await page.evaluate(
      () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
    )
    if (isWider) faults.push(`${view}: scrolls sideways`)
    const folder = process.env['E2E_PICTURES']
    if (folder !== undefined) {
      const path = `${folder}/${name.replaceAll(/\W+/g, '-')}-${device}-${colorScheme}.png`
      await page.screenshot({ path, fullPage: true })
    }
  }
  await page.setViewportSize(DESKTOP.viewport)
  return faults
}

/** The same by axe alone, of the view that there is. */
export async function axeFaults(page: Page): Promise<string[]> {
  await settleColours(page)
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} at ${html}`))
}

/** Colours on their way from one theme to the other have no contrast yet; the way begins with the next picture. */
async function settleColours(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished))
  })
}
