import type { ReactNode } from 'react'
import { Brand } from '../shell/brand.tsx'

export function AccountPage({
  title,
  lead,
  children,
}: {
  title: string
  lead: string
  children: ReactNode
}) {
  return (
    <main className="page page-centred account-page">
      <Brand />
      <h1>{title}</h1>
      <p>{lead}</p>
      {children}
    </main>
  )
}
