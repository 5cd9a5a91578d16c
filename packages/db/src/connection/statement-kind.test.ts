import { expect, test } from 'vitest'
import { statementKind } from './statement-kind.ts'

test.each([
  ['begin', 'begin'],
  ['start transaction isolation level serializable', 'begin'],
  ['commit', 'commit'],
  ['COMMIT', 'commit'],
  ['rollback', 'rollback'],
  ['rollback to "one"', 'read'],
  ['savepoint "one"', 'read'],
  ['\n  select * from turns for update', 'read'],
  ['with path as (select 1) select * from path', 'read'],
  ['with gone as (delete from turns returning id) select * from gone', 'write'],
  ['insert into turns (id) values ($1)', 'write'],
  ['update turns set state = $1', 'write'],
  ['truncate turns', 'write'],
])('%j is a %s', (sql, kind) => {
  expect(statementKind(sql)).toBe(kind)
})
