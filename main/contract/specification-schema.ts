/** The specification of a run, and some of its settings, as they are checked where they come in. */
import { z } from 'zod'
import {
  activations,
  devices,
  initializations,
  losses,
  models,
  namesOf,
  optimizers,
  orders,
  schedules,
  stopMetrics,
  type RunSpecification,
} from '../../native/learn/specification.ts'

export const name = z.string().min(1).max(200)
export const digit = z.int().min(0).max(9)
export const digits = z
  .array(digit)
  .min(2)
  .max(10)
  .refine((list) => new Set(list).size === list.length, 'the digits must differ')
  .readonly()

export const stopAt = z
  .strictObject({ metric: z.enum(namesOf(stopMetrics)), value: z.number().positive().max(1e6) })
  .nullable()

export const specificationSchema = z.strictObject({
  dataset: name,
  fresh: z.boolean().default(false),
  digits,
  model: z.enum(namesOf(models)),
  hidden: z.array(z.int().min(1).max(4096)).max(8).readonly(),
  activation: z.enum(namesOf(activations)).default('relu'),
  dropout: z.number().min(0).max(0.9).default(0),
  loss: z.enum(namesOf(losses)),
  optimizer: z.enum(namesOf(optimizers)),
  learningRate: z.number().positive().max(1e6),
  schedule: z.enum(namesOf(schedules)).default('constant'),
  weightDecay: z.number().min(0).max(1).default(0),
  labelSmoothing: z.number().min(0).max(0.5).default(0),
  forgetZeroGrad: z.boolean().default(false),
  batchSize: z.int().min(1).max(100_000),
  epochs: z.int().min(1).max(10_000),
  order: z.enum(namesOf(orders)),
  initialization: z.enum(namesOf(initializations)),
  seed: z.int().min(0).max(4_294_967_295),
  /** 0: as many as measure fastest. */
  threads: z.int().min(0).max(64),
  device: z.enum(namesOf(devices)),
  stopAt: stopAt.default(null),
  from: z
    .strictObject({ run: z.int().min(1), step: z.int().min(0) })
    .nullable()
    .default(null),
}) satisfies z.ZodType<RunSpecification>

const { shape } = specificationSchema

/** Some settings of a run, without the defaults of what is left out. */
export const changes = specificationSchema
  .omit({ from: true })
  .extend({
    fresh: shape.fresh.unwrap(),
    activation: shape.activation.unwrap(),
    dropout: shape.dropout.unwrap(),
    schedule: shape.schedule.unwrap(),
    weightDecay: shape.weightDecay.unwrap(),
    labelSmoothing: shape.labelSmoothing.unwrap(),
    forgetZeroGrad: shape.forgetZeroGrad.unwrap(),
    stopAt,
  })
  .partial()

export type Changes = z.output<typeof changes>
