#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

// Most of a short command's time is stripping types and compiling; in the user's own cache it is done once.
enableCompileCache(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bursar'))

const { run } = await import('./run.ts')
await run()
