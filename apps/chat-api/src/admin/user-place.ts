import { Identifier } from '@brainlyx/chat-contract'
import { z } from 'zod'

/** Where a page of users begins: after this one. */
export const ListPlace = z.tuple([Identifier])

/** Where a page of a search begins: after this one among those that an address or a name has found. */
export const SearchPlace = z.tuple([z.enum(['email', 'name']), z.string().max(512), Identifier])
