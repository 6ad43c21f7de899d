import { z } from 'zod'
import { JWT_FAULTS, type JwtFaultCode } from '../../issuing/jwt-fault.ts'
import { instant } from './instant.ts'

/** A JWT that was ended before its time. */
export const revocation = z.object({
  page: z.string(),
  jti: z.string(),
  expires_at: instant.describe('When the JWT has ended anyway, and the entry goes'),
  created_at: instant,
})

/** Whether a JWT holds, and why not. */
export const tokenCheck = z.object({
  active: z.boolean(),
  reason: z
    .enum(Object.keys(JWT_FAULTS) as [JwtFaultCode, ...JwtFaultCode[]])
    .nullable()
    .describe('What is wrong with it'),
  detail: z.string().nullable(),
  claims: z.record(z.string(), z.unknown()).nullable().describe('Null unless it holds'),
})

/** A row of `HTTPProperties`; no value of a query is kept. */
export const appRequest = z.object({
  id: z.string(),
  at: instant,
  Browser: z.string(),
  ClientIP: z.string(),
  HasSSL: z.boolean(),
  IsSSL: z.boolean(),
  Method: z.string(),
  QueryString: z.string(),
  ReferrerURL: z.string(),
  RequestURL: z.string(),
  UserAgent: z.string(),
})

/** A row of `CustomAppException`. */
export const appException = z.object({
  id: z.string(),
  at: instant,
  Message: z.string(),
  Description: z.string(),
  InnerException: z.string(),
  FunctionName: z.string(),
})
