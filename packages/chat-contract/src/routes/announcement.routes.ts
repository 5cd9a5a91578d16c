import { z } from 'zod'
import {
  AnnouncementDetail,
  AnnouncementDetailList,
  AnnouncementInput,
  AnnouncementList,
} from '../announcement.ts'
import { Identifier } from '../identifier.ts'
import type { Route } from './route.ts'

const AnnouncementParams = z.object({ announcementId: Identifier })

export const announcementRoutes = {
  listAnnouncements: {
    method: 'GET',
    path: '/announcements',
    summary: 'What you are told at the moment; cheap to ask often',
    access: 'public',
    status: 200,
    response: AnnouncementList,
  },
  listAllAnnouncements: {
    method: 'GET',
    path: '/admin/announcements',
    summary: 'All announcements, the newest first',
    access: 'admin',
    status: 200,
    response: AnnouncementDetailList,
  },
  createAnnouncement: {
    method: 'POST',
    path: '/admin/announcements',
    summary: 'Tell users something',
    access: 'admin',
    body: AnnouncementInput,
    status: 201,
    response: AnnouncementDetail,
  },
  changeAnnouncement: {
    method: 'PUT',
    path: '/admin/announcements/:announcementId',
    summary: 'Change an announcement; with other words it is shown again to who dismissed it',
    access: 'admin',
    params: AnnouncementParams,
    body: AnnouncementInput,
    status: 200,
    response: AnnouncementDetail,
  },
  deleteAnnouncement: {
    method: 'DELETE',
    path: '/admin/announcements/:announcementId',
    summary: 'Take an announcement back',
    access: 'admin',
    params: AnnouncementParams,
    status: 204,
  },
} as const satisfies Record<string, Route>
