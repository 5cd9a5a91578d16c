import { Link } from 'react-router'

export function SimulatedBanner({ canSetKeys }: { canSetKeys: boolean }) {
  return (
    <p className="banner">
      <strong>These answers are simulated.</strong>{' '}
      {canSetKeys ? (
        <>
          <Link to="/admin/providers">Add a provider key</Link> to use real models, or put one into{' '}
          <code>.env</code> and start again.
        </>
      ) : (
        <>
          Add a provider key to <code>.env</code> and start again to use real models. The first
          account of a local installation can also set keys on its administration page.
        </>
      )}
    </p>
  )
}
