import { readFileSync } from 'node:fs'
import { BursarError } from '@bursar/domain/error.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { readJwsHeader, splitCompactJws } from '@bursar/domain/issuing/compact-jws.ts'
import { isJwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import { isObject } from '@bursar/domain/json.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { type Command, Option } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { Failure, usageFailure } from '../failure.ts'
import { show } from '../output.ts'
import { readSecretSource } from '../secret-flag.ts'
import { formatOf } from '../session.ts'
import { note } from '../terminal.ts'
import { unreadableFile } from '../unreadable-file.ts'

/** AMPscript takes the names in any case. */
function ALG(): Option {
  const option = new Option('--alg <name>', 'signature algorithm').choices(SIGNING_ALGORITHMS)
  const choose = option.parseArg!
  const named = (text: string) =>
    SIGNING_ALGORITHMS.find((name) => name.toLowerCase() === text.toLowerCase()) ?? text
  option.parseArg = (text: string, before: unknown) => choose(named(text), before as never)
  return option
}
const SOURCE = '- (standard input), @path or env:VAR'
const TOKEN = ['--token <source>', `where the JWT is: ${SOURCE}`, '-'] as const

interface SignFlags {
  alg: SigningAlgorithm
  keyFrom: string
  payload?: string
  payloadFile?: string
  expiresIn?: string
  kid?: string
}

interface VerifyFlags {
  alg?: SigningAlgorithm
  keyFrom: string
  token: string
  issuer?: string
  audience?: string[]
  tolerance: string
}

/** `bursar jwt …`: makes, checks and reads JWTs here, without a server. */
export const jwtCommands: CommandGroup = (program, terminal) => {
  const group = program.command('jwt').description('Make, check and read JWTs, without a server')

  group
    .command('sign')
    .description(
      'Sign a payload as it is; HS and RS as the AMPscript functions GetJWT and GetJWTByKeyName do',
    )
    .addOption(ALG().default('HS256'))
    .requiredOption('--key-from <source>', `where the secret or private key is: ${SOURCE}`)
    .option('--payload <text>', 'what is signed, byte for byte')
    .option('--payload-file <path>', 'the same, from a file')
    .option('--expires-in <seconds>', 'adds iat and exp to a payload that is a JSON object')
    .option('--kid <name>', 'names the key in the header')
    .addHelpText(
      'after',
      examples(
        `bursar jwt sign --key-from env:SIGNING_SECRET --payload '{"sub":"probe","n":7}'`,
        'bursar jwt sign --alg ES256 --key-from @key.pem --kid k1 --payload-file claims.json --expires-in 600',
      ),
    )
    .action(async (flags: SignFlags) => {
      const { signPayload } = await import('@bursar/broker/server/jwt.ts')
      const key = new Secret(await readSecretSource('key', flags.keyFrom, terminal))
      const payload = withTimes(readPayload(flags), flags.expiresIn)
      const order = { alg: flags.alg, key, payload, ...(flags.kid !== undefined && { kid: flags.kid }) }
      terminal.stdout.write(`${await orFailure(async () => signPayload(order))}\n`)
    })

  group
    .command('verify')
    .description('Check signature and claims of a JWT; exit code 4 when it does not hold')
    .option(...TOKEN)
    .requiredOption(
      '--key-from <source>',
      `where the secret, public key (PEM), certificate, JWK or JWK set is: ${SOURCE}`,
    )
    .addOption(ALG())
    .option('--issuer <text>', 'iss has to be this')
    .option('--audience <text...>', 'aud has to name one of these')
    .option('--tolerance <seconds>', 'by how much clocks may differ', '0')
    .addHelpText(
      'after',
      examples(
        'bursar jwt verify --key-from @jwks.json --issuer https://broker.example.com/apps/loyalty < token.txt',
      ),
    )
    .action(async (flags: VerifyFlags, command: Command) => {
      if (flags.keyFrom === '-' && flags.token === '-')
        throw usageFailure(
          'Only one of key and token can come from standard input.',
          'Name a file or variable.',
        )
      const { createJwtVerifier, readKeyText } = await import('@bursar/broker/server/jwt.ts')
      const key = new Secret(await readSecretSource('key', flags.keyFrom, terminal))
      const token = (await readSecretSource('token', flags.token, terminal)).trim()
      const verifier = await orFailure(async () => createJwtVerifier(readKeyText(key, flags.alg)))
      const expected = {
        clockToleranceSeconds: wholeSeconds('--tolerance', flags.tolerance),
        ...(flags.issuer !== undefined && { issuer: flags.issuer }),
        ...(flags.audience !== undefined && { audience: flags.audience }),
      }
      const verified = verifier.verify(token, expected, Math.floor(Date.now() / 1000))
      if (isJwtFault(verified))
        throw new Failure(verified.detail, { exitCode: EXIT.denied, code: verified.fault })
      show(terminal, formatOf(command), verified, asText)
    })

  group
    .command('decode')
    .description('Show what a JWT says of itself, without checking anything')
    .option(...TOKEN)
    .action(async (flags: { token: string }, command: Command) => {
      const token = (await readSecretSource('token', flags.token, terminal)).trim()
      show(terminal, formatOf(command), decode(token), asText)
      note(terminal, 'Not verified: anybody could have written this.')
    })
}

const asText = (value: unknown): string => JSON.stringify(value, null, 2)

function readPayload({ payload, payloadFile }: SignFlags): string {
  if ((payload === undefined) === (payloadFile === undefined))
    throw usageFailure('Give either --payload or --payload-file.')
  if (payload !== undefined) return payload
  try {
    return readFileSync(payloadFile!, 'utf8')
  } catch (error) {
    throw unreadableFile('The file of the payload', error)
  }
}

function withTimes(payload: string, expiresIn: string | undefined): string {
  if (expiresIn === undefined) return payload
  const claims = parse(payload)
  if (!isObject(claims)) throw usageFailure('--expires-in needs a payload that is a JSON object.')
  const iat = Math.floor(Date.now() / 1000)
  return JSON.stringify({ ...claims, iat, exp: iat + wholeSeconds('--expires-in', expiresIn) })
}

function wholeSeconds(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw usageFailure(`${flag} is not a whole number of seconds.`)
}

function decode(token: string): { header: unknown; payload: unknown; accepted_header: boolean } {
  const parts = splitCompactJws(token)
  const [header = '', payload = ''] = token.split('.')
  const shown = { header: readPart(header), payload: readPart(payload) }
  if (shown.header === undefined || shown.payload === undefined || token.split('.').length !== 3)
    throw usageFailure('This is not a JWT: three parts in base64url.')
  return { ...shown, accepted_header: !isJwtFault(parts) && !isJwtFault(readJwsHeader(header)) }
}

/** JSON where it is, else the text. */
function readPart(part: string): unknown {
  if (part === '' || /[^\w=-]/.test(part)) return undefined
  const text = Buffer.from(part, 'base64url').toString()
  return parse(text) ?? text
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function orFailure<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof BursarError)) throw error
    throw new Failure(error.detail, { exitCode: EXIT.usage, hint: error.hint })
  }
}
