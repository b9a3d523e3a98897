import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  type AuditQuery,
  auditPageSchema,
  type DocumentsQuery,
  documentRowSchema,
  documentsPageSchema,
  documentViewSchema,
  eventsPageSchema,
  overviewSchema,
  type PasswordRequest,
  type SignInRequest,
  sessionViewSchema,
  type TerminalEventsQuery,
  type TerminalsQuery,
  terminalRowSchema,
  terminalsPageSchema,
  terminalViewSchema,
  type UploadRequest,
  type ViolationsQuery,
} from '../../api/contract.ts'
import { request, requestNothing, searchOf } from './request.ts'

/** Everything that the pages ask of the center, each with the key under which its answer is kept. */
export const queries = {
  session: () =>
    queryOptions({
      queryKey: ['session'],
      queryFn: ({ signal }) => request('/api/session', sessionViewSchema, { signal }),
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  overview: () =>
    queryOptions({
      queryKey: ['overview'],
      queryFn: ({ signal }) => request('/api/overview', overviewSchema, { signal }),
    }),
  terminals: (query: TerminalsQuery) =>
    queryOptions({
      queryKey: ['terminals', query],
      queryFn: ({ signal }) => request(`/api/terminals${searchOf(query)}`, terminalsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  terminal: (id: string) =>
    queryOptions({
      queryKey: ['terminal', id],
      queryFn: ({ signal }) => request(`/api/terminals/${encodeURIComponent(id)}`, terminalViewSchema, { signal }),
    }),
  terminalEvents: (id: string, query: TerminalEventsQuery) =>
    queryOptions({
      queryKey: ['terminal-events', id, query],
      queryFn: ({ signal }) =>
        request(`/api/terminals/${encodeURIComponent(id)}/events${searchOf(query)}`, eventsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  violations: (query: ViolationsQuery) =>
    queryOptions({
      queryKey: ['violations', query],
      queryFn: ({ signal }) => request(`/api/violations${searchOf(query)}`, eventsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  documents: (query: DocumentsQuery) =>
    queryOptions({
      queryKey: ['documents', query],
      queryFn: ({ signal }) => request(`/api/documents${searchOf(query)}`, documentsPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
  document: (digest: string) =>
    queryOptions({
      queryKey: ['document', digest],
      queryFn: ({ signal }) => request(`/api/documents/${digest}`, documentViewSchema, { signal }),
    }),
  audit: (query: AuditQuery) =>
    queryOptions({
      queryKey: ['audit', query],
      queryFn: ({ signal }) => request(`/api/audit${searchOf(query)}`, auditPageSchema, { signal }),
      placeholderData: keepPreviousData,
    }),
}

/** Everything that the pages have the center do. */
export const commands = {
  signIn: (body: SignInRequest) => request('/api/session', sessionViewSchema, { method: 'POST', body }),
  signOut: () => requestNothing('/api/session', { method: 'DELETE' }),
  changePassword: (body: PasswordRequest) => request('/api/password', sessionViewSchema, { method: 'POST', body }),
  upload: (body: UploadRequest) => request('/api/documents', documentRowSchema, { method: 'POST', body }),
  push: (digest: string) => request(`/api/documents/${digest}/push`, documentRowSchema, { method: 'POST' }),
  revoke: (id: string, reason: string) =>
    request(`/api/terminals/${encodeURIComponent(id)}/revoke`, terminalRowSchema, { method: 'POST', body: { reason } }),
}
