export interface RetentionPoliciesTable {
  tier: string
  /** Days without activity after which a chat is deleted. Null: never. */
  chatIdleDays: number | null
}
