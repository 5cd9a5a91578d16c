/** What a link of a mail ends with. */
export function readMailLink(request: Request): { mail: string; token: string } {
  const query = new URL(request.url).searchParams
  return { mail: query.get('mail') ?? '', token: query.get('token') ?? '' }
}
