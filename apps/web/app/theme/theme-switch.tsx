import { useFetcher, useLocation } from 'react-router'
import { CheckIcon, MoonIcon, SunIcon, SystemIcon } from '../icons/icons.tsx'
import { isTheme } from './theme-cookie.ts'
import type { Theme } from './theme-cookie.ts'

const CHOICES = [
  { theme: 'system', label: 'Like the system', Icon: SystemIcon },
  { theme: 'light', label: 'Light', Icon: SunIcon },
  { theme: 'dark', label: 'Dark', Icon: MoonIcon },
] as const

/** A menu that opens without script, too: a popover and an ordinary form. */
export function ThemeSwitch({ theme }: { theme: Theme }) {
  const fetcher = useFetcher()
  const location = useLocation()
  const sent = fetcher.formData?.get('theme')
  const shown = isTheme(sent) ? sent : theme
  const { Icon } = CHOICES.find((choice) => choice.theme === shown) ?? CHOICES[0]
  return (
    <>
      <button
        type="button"
        className="icon-button theme-button"
        popoverTarget="theme-menu"
        aria-label="Colour theme"
      >
        <Icon />
      </button>
      <div id="theme-menu" popover="auto" className="menu theme-menu">
        <fetcher.Form
          method="post"
          action="/theme"
          onSubmit={() => document.getElementById('theme-menu')?.hidePopover()}
        >
          <input type="hidden" name="from" value={location.pathname + location.search} />
          {CHOICES.map((choice) => (
            <button
              key={choice.theme}
              className="menu-item"
              name="theme"
              value={choice.theme}
              aria-pressed={choice.theme === shown}
            >
              <choice.Icon />
              <span>{choice.label}</span>
              {choice.theme === shown && <CheckIcon />}
            </button>
          ))}
        </fetcher.Form>
      </div>
    </>
  )
}
