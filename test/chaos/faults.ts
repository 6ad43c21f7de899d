import type { Database } from './database.ts'
import type { Dice } from './dice.ts'
import type { Disk } from './disk.ts'
import { after, type BrokerNode, type Fleet, LEASE_SECONDS } from './fleet.ts'
import { POINTS } from './points.ts'
import type { Truth } from './truth.ts'

export interface Scene {
  dice: Dice
  fleet: Fleet
  truth: Truth
  database: Database | null
  disk: Disk | null
}

interface Fault {
  name: string
  needs?: 'postgres' | 'power' | 'full disk'
  strike(scene: Scene, node: BrokerNode): Promise<void>
}

/** Long enough for every credential to be due once. */
const pause = (ms: number) => after(ms)

const killAt = (point: (typeof POINTS)[number]): Fault => ({
  name: `kill ${point}`,
  async strike({ fleet }, node) {
    fleet.arm(node, point)
    for (let waited = 0; waited < 3_000 && node.process !== null; waited += 50) await pause(50)
    if (node.process !== null) await fleet.kill(node)
    await fleet.start(node)
  },
})

const provider = (mood: Truth['mood']): Fault => ({
  name: `provider ${mood}`,
  async strike({ truth, dice }) {
    truth.mood = mood
    await pause(dice.between(800, 2_500))
    truth.mood = 'well'
  },
})

const FAULTS: readonly Fault[] = [
  ...POINTS.map(killAt),
  {
    name: 'kill at random',
    async strike({ fleet, dice }, node) {
      await pause(dice.between(0, 900))
      await fleet.kill(node)
      await pause(dice.between(0, 600))
      await fleet.start(node)
    },
  },
  {
    name: 'kill all',
    async strike({ fleet, dice }) {
      await pause(dice.between(0, 900))
      await Promise.all(fleet.nodes.map((node) => fleet.kill(node)))
      for (const node of fleet.nodes) await fleet.start(node)
    },
  },
  {
    name: 'freeze past the lease',
    async strike({ fleet, dice }, node) {
      await pause(dice.between(0, 900))
      fleet.freeze(node)
      await pause(LEASE_SECONDS * 1000 + dice.between(1_000, 2_000))
      fleet.thaw(node)
    },
  },
  provider('late'),
  provider('dropping'),
  provider('busy'),
  {
    name: 'power cut',
    needs: 'power',
    async strike({ disk, dice, fleet }, node) {
      await pause(dice.between(0, 1_500))
      await fleet.kill(node)
      disk!.cutPower()
      await fleet.start(node)
    },
  },
  {
    name: 'disk full',
    needs: 'full disk',
    async strike({ disk, dice }) {
      await pause(dice.between(0, 500))
      disk!.fill!()
      await pause(dice.between(500, 3_000))
      disk!.drain()
    },
  },
  {
    name: 'database killed',
    needs: 'postgres',
    async strike({ database, dice }) {
      await pause(dice.between(0, 900))
      await database!.crash()
      await pause(dice.between(0, 1_500))
      await database!.start()
    },
  },
  {
    name: 'database fails over',
    needs: 'postgres',
    async strike({ database, dice }) {
      await pause(dice.between(0, 900))
      await database!.failOver()
      await pause(dice.between(0, 900))
    },
  },
  {
    name: 'database refuses',
    needs: 'postgres',
    async strike({ database, dice }) {
      database!.shut()
      await pause(dice.between(300, LEASE_SECONDS * 1000 + 1_500))
      database!.open()
    },
  },
  {
    name: 'database refuses, node killed',
    needs: 'postgres',
    async strike({ database, dice, fleet }, node) {
      await pause(dice.between(0, 500))
      database!.shut()
      await pause(dice.between(300, 1_500))
      await fleet.kill(node)
      database!.open()
      await fleet.start(node)
    },
  },
]

const there = ({ database, disk }: Scene): Record<NonNullable<Fault['needs']>, boolean> => ({
  postgres: database !== null,
  power: disk !== null && disk.env !== null,
  'full disk': disk !== null && disk.fill !== null,
})

/** The fault of a round, as the dice have it. */
export function drawFault(scene: Scene): Fault {
  const can = there(scene)
  return scene.dice.pick(FAULTS.filter(({ needs }) => needs === undefined || can[needs]))
}
