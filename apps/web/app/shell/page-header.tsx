import { MenuIcon, PlusIcon } from '../icons/icons.tsx'
import { ThemeSwitch } from '../theme/theme-switch.tsx'
import type { Theme } from '../theme/theme-cookie.ts'
import { Link } from 'react-router'
import { ModelPicker } from './model-picker.tsx'
import type { ModelChoice } from './model-picker.tsx'

export function PageHeader({
  title,
  theme,
  models,
  model,
}: {
  /** null where the page below brings its own heading. */
  title: string | null
  theme: Theme
  models: readonly ModelChoice[]
  model: string
}) {
  return (
    <header className="page-header">
      <button
        type="button"
        className="icon-button sidebar-toggle"
        popoverTarget="sidebar"
        aria-label="Chats and account"
      >
        <MenuIcon />
      </button>
      {models.length > 0 && <ModelPicker models={models} model={model} />}
      {title === null ? <span className="page-title" /> : <h1 className="page-title">{title}</h1>}
      <Link className="icon-button header-new-chat" to="/" aria-label="New chat">
        <PlusIcon />
      </Link>
      <ThemeSwitch theme={theme} />
    </header>
  )
}
