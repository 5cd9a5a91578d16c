/** Who is turned away last, and first, where there is more work than a process can do. */
export type Criticality = 'critical' | 'normal' | 'optional'
