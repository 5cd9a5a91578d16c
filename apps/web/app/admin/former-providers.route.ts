import { redirect } from 'react-router'

/** Where provider keys were set before there was an administration; links to it are about. */
export function loader() {
  return redirect('/admin/providers', 301)
}
