import {
  AuditFilter,
  AuditLogPage,
  AuditLogQuery,
  AuditPseudonyms,
  AuditPseudonymsInput,
} from '../audit-log.ts'
import type { Route } from './route.ts'

export const auditRoutes = {
  listAuditLog: {
    method: 'GET',
    path: '/admin/audit-log',
    summary: 'Who did what, the newest first, under pseudonyms',
    access: 'admin',
    query: AuditLogQuery,
    status: 200,
    response: AuditLogPage,
  },
  exportAuditLog: {
    method: 'GET',
    path: '/admin/audit-log/export',
    summary: 'The same as a file of one JSON object a line, the newest first; is itself in the log',
    access: 'admin',
    query: AuditFilter,
    status: 200,
    file: 'application/x-ndjson',
  },
  findPseudonyms: {
    method: 'POST',
    path: '/admin/audit-log/pseudonyms',
    summary: 'Under which pseudonyms the log knows a person; is itself in the log',
    access: 'admin',
    body: AuditPseudonymsInput,
    status: 200,
    response: AuditPseudonyms,
  },
} as const satisfies Record<string, Route>
