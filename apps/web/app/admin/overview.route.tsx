export function meta() {
  return [{ title: 'Administration · Brainlyx' }]
}

export default function Overview() {
  return <h1>Overview</h1>
}
