import type { ServerResponse } from 'node:http'
import { type HttpServer, readText } from '../http-server.ts'
import { startHttpsServer } from './https-server.ts'
import { type AwsAccount, signatureFault } from './sigv4.ts'

export interface SecretsManager extends HttpServer {
  account: AwsAccount
  /** Text, or bytes as `SecretBinary`; names without an entry do not exist. */
  secrets: Map<string, string | Uint8Array>
  /** Names that the account may not read. */
  denied: Set<string>
  /** Names of the secrets that were asked for, in order. */
  reads: string[]
  /** Answers that come before any of its own; the oldest first. */
  faults: Array<(response: ServerResponse) => void>
}

/** AWS Secrets Manager as its wire protocol has it (JSON 1.1, Signature Version 4): `GetSecretValue`. */
export async function startSecretsManager(): Promise<SecretsManager> {
  const account = { accessKeyId: 'AKIDBURSAR', secretAccessKey: 'key-of/the+account', region: 'eu-central-1' }
  const secrets: SecretsManager['secrets'] = new Map()
  const denied = new Set<string>()
  const reads: string[] = []
  const faults: SecretsManager['faults'] = []
  const server = await startHttpsServer('secretsmanager.test', async (request, response) => {
    const text = await readText(request)
    const fault = faults.shift()
    if (fault !== undefined) return fault(response)
    const unsigned = signatureFault(request, text, account, 'secretsmanager')
    if (unsigned !== null) return refuse(response, unsigned)
    const { 'x-amz-target': target, 'content-type': type } = request.headers
    if (target !== 'secretsmanager.GetSecretValue') return refuse(response, 'UnknownOperationException')
    if (type !== 'application/x-amz-json-1.1') return refuse(response, 'SerializationException')
    const { SecretId: id } = JSON.parse(text) as { SecretId: string }
    reads.push(id)
    if (denied.has(id)) return refuse(response, 'AccessDeniedException')
    const value = secrets.get(id)
    if (value === undefined) return refuse(response, 'ResourceNotFoundException')
    const body = {
      ARN: `arn:aws:secretsmanager:${account.region}:123456789012:secret:${id}-AbCdEf`,
      Name: id,
      VersionId: '00000000-0000-4000-8000-000000000000',
      VersionStages: ['AWSCURRENT'],
      CreatedDate: 1_700_000_000,
      ...(typeof value === 'string'
        ? { SecretString: value }
        : { SecretBinary: Buffer.from(value).toString('base64') }),
    }
    answer(response, 200, body)
  })
  return { ...server, account, secrets, denied, reads, faults }
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/x-amz-json-1.1' })
  response.end(JSON.stringify(body))
}

const refuse = (response: ServerResponse, type: string) =>
  answer(response, 400, { __type: type, Message: `The stand-in says ${type}.` })
