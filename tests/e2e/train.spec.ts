/** The Train page in a real browser with a real engine: train, pause, resume, reload, crash, and use what was learned. */
import type { Page } from '@playwright/test'
import { mnistFolder } from '../mnist.ts'
import { drawLines, leaveFirstStart, three } from './canvas.ts'
import { expect, test } from './fixtures.ts'

const answer = (page: Page) => page.getByRole('main').getByRole('status').first()
const lossChart = (page: Page) => page.getByRole('img', { name: /^Loss of each mini-batch/ })

/** Mini-batches that the loss chart speaks of; 0 while it is empty. */
async function minibatches(page: Page): Promise<number> {
  const name = (await lossChart(page).getAttribute('aria-label')) ?? ''
  return Number((/after ([\d,]+) mini-batches/.exec(name)?.[1] ?? '0').replaceAll(',', ''))
}

/** Of a run that rests: the chart is redrawn some times a second, so it may tell an earlier number for a moment. */
async function restingMinibatches(page: Page): Promise<number> {
  let last = -1
  await expect
    .poll(
      async () => {
        const before = last
        last = await minibatches(page)
        return last === before
      },
      { intervals: [300] },
    )
    .toBe(true)
  return last
}

async function openTrain(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Train', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'What does SGD do?' })).toBeVisible()
}

async function choose(page: Page, field: string, option: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: field, exact: true }).click()
  await page.getByRole('option', { name: option }).click()
}

async function fill(page: Page, field: string, value: string): Promise<void> {
  await page.getByRole('textbox', { name: field, exact: true }).fill(value)
}

test.describe('the Train page', () => {
  test.use({ withMnist: true })
  test.skip(mnistFolder === null, 'MNIST is not on this machine')

  test('trains to more than 90 % while the chart moves, and the model reads on Draw', async ({ page }) => {
    await openTrain(page)
    await expect(answer(page)).toContainText('Start a run')
    await choose(page, 'Model', /^Linear/)
    await fill(page, 'Learning rate', '0.1')
    await fill(page, 'Epochs', '30')
    await page.getByRole('button', { name: 'Start' }).click()

    await expect.poll(() => minibatches(page)).toBeGreaterThan(0)
    const line = page.getByTestId('smoothed-loss')
    const drawn = (await line.getAttribute('d')) ?? ''
    await expect(line).not.toHaveAttribute('d', drawn)

    await expect(page.getByText(/^Run 1, done 0\.9/)).toBeVisible({ timeout: 60_000 })
    await expect(answer(page)).toContainText(/It reads 0\.9\d{3} of the test images right/)
    await expect(page.getByRole('img', { name: /^Accuracy after each epoch/ })).toBeVisible()
    await expect(page.getByRole('img', { name: 'Weights of digit 3' })).toBeVisible()

    await page.getByRole('button', { name: 'Try it on Draw' }).click()
    await leaveFirstStart(page)
    await page.getByRole('button', { name: 'Clear' }).click()
    await drawLines(page, three)
    await expect(page.getByTestId('answer-run-1')).toHaveText(/\d/)
  })

  test('pauses, trains one mini-batch and one epoch, resumes and stops', async ({ page }) => {
    await openTrain(page)
    await fill(page, 'Epochs', '500')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => minibatches(page)).toBeGreaterThan(20)

    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Run 1, paused')).toBeVisible()
    const paused = await restingMinibatches(page)
    await page.waitForTimeout(400)
    expect(await minibatches(page)).toBe(paused)

    await page.getByRole('button', { name: 'Batch' }).click()
    await expect.poll(() => minibatches(page)).toBe(paused + 1)
    await page.getByRole('button', { name: 'Epoch' }).click()
    await expect.poll(async () => (await minibatches(page)) % 235).toBe(0)
    await expect(page.getByText('Run 1, paused')).toBeVisible()

    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(page.getByText('Run 1, training')).toBeVisible()
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect(page.getByText('Run 1, stopped')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled()
  })

  test('goes back, forward again to the same loss, and back to a certain mini-batch', async ({ page }) => {
    await openTrain(page)
    await page.getByRole('button', { name: 'Epoch', exact: true }).click()
    await expect.poll(() => minibatches(page)).toBe(235)
    await page.getByRole('button', { name: 'Batch' }).click()
    await expect.poll(() => minibatches(page)).toBe(236)
    const last = page.getByText(/^mini-batch 236: 0\.\d{4}$/)
    const loss = await last.textContent()

    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await expect.poll(() => minibatches(page)).toBe(235)
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await expect.poll(() => minibatches(page)).toBe(234)
    await expect(page.getByText('It is measured at the end of each epoch.')).toBeVisible()

    await page.getByRole('button', { name: 'Back further' }).click()
    await page.getByRole('textbox', { name: 'To mini-batch' }).fill('57')
    await page.getByRole('button', { name: 'Go back' }).click()
    await expect.poll(() => minibatches(page)).toBe(57)
    await page.getByRole('button', { name: 'Epoch', exact: true }).click()
    await expect.poll(() => minibatches(page)).toBe(235)
    await page.getByRole('button', { name: 'Batch' }).click()
    await expect(last).toHaveText(loss ?? '')

    await page.getByRole('button', { name: 'Each digit' }).click()
    await expect(page.getByRole('dialog').getByText('Each digit after epoch 1')).toBeVisible()
    await expect(page.getByRole('row', { name: /^mean 0\.\d{4} 0\.\d{4} 0\.\d{4}$/ })).toBeVisible()
  })

  test('a stopped run goes on where it stopped', async ({ page }) => {
    await openTrain(page)
    await page.getByRole('button', { name: 'Epoch', exact: true }).click()
    await expect.poll(() => minibatches(page)).toBe(235)
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect(page.getByText('Run 1, stopped')).toBeVisible()
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByText('Run 1, training')).toBeVisible()
    await expect.poll(() => minibatches(page)).toBeGreaterThan(235)
  })

  test('a run that reads one digit alone says so, and is repaired by one click', async ({ page }) => {
    await openTrain(page)
    await choose(page, 'First weights', /^Zeros/)
    await fill(page, 'Epochs', '500')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText(/^It reads every image as an? \d\.$/)).toBeVisible()
    await expect(page.getByText('Run 1, training, plateau')).toBeVisible()
    await page.getByRole('button', { name: 'Start again from random weights' }).click()
    await expect(page.getByText('Run 2, training')).toBeVisible()
    await expect(page.getByText(/^It reads every image/)).toBeHidden()
  })

  test('a loss that stays where it was is told, and repaired by one click', async ({ page }) => {
    await openTrain(page)
    await fill(page, 'Learning rate', '0.000001')
    await fill(page, 'Epochs', '500')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText('The loss hardly moves.', { exact: true })).toBeVisible()
    await expect(answer(page)).toContainText('It learns nothing')
    await page.getByRole('button', { name: 'Start again with learning rate 0.1' }).click()
    await expect(page.getByText('Run 2, training')).toBeVisible()
    await expect(answer(page)).toContainText('It lowers the loss')
  })

  test('two pages show the same run, and lead to it when another cannot start', async ({ page, inkling }) => {
    test.skip(inkling.address === null, 'a window shows one page')
    await openTrain(page)
    await fill(page, 'Epochs', '1')
    // Pressed twice it is still one run.
    await page.getByRole('button', { name: 'Start' }).dblclick()
    await expect(page.getByText(/^Run 1, done/)).toBeVisible({ timeout: 60_000 })
    await fill(page, 'Epochs', '2000')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText('Run 2, training')).toBeVisible()

    const other = await page.context().newPage()
    await other.goto(inkling.address ?? '')
    await openTrain(other)
    await other.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Run 2, paused')).toBeVisible()
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(other.getByText('Run 2, training')).toBeVisible()

    await other.getByRole('button', { name: 'Runs' }).click()
    await other.getByRole('button', { name: /^Run 1 / }).click()
    await other.getByRole('button', { name: 'Start' }).click()
    await expect(other.getByText('Run 2 is training, and one run trains at a time.')).toBeVisible()
    await other.getByRole('button', { name: 'Show run 2' }).click()
    await expect(other.getByText('Run 2, training')).toBeVisible()
    await other.close()
  })

  test('a run ends early when it is good enough', async ({ page }) => {
    await openTrain(page)
    await page.getByRole('button', { name: 'More settings' }).click()
    await choose(page, 'Stop at', /^Accuracy/)
    await fill(page, 'Accuracy of', '0.9')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText(/^Run 1, done 0\.9/)).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible()
  })

  test('is worked by keys, and the learning rate changes while it runs', async ({ page }) => {
    await openTrain(page)
    await fill(page, 'Epochs', '500')
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('Space')
    await expect(page.getByText('Run 1, training')).toBeVisible()
    await page.keyboard.press(']')
    await expect(page.getByRole('slider', { name: 'Learning rate' })).toHaveAttribute('aria-valuetext', '1')
    await page.keyboard.press('[')
    await page.keyboard.press('[')
    await expect(page.getByRole('slider', { name: 'Learning rate' })).toHaveAttribute('aria-valuetext', '0.2')
    await page.keyboard.press('Space')
    await expect(page.getByText('Run 1, paused')).toBeVisible()
    const before = await restingMinibatches(page)
    await page.keyboard.press('b')
    await expect.poll(() => minibatches(page)).toBe(before + 1)
    await page.getByRole('button', { name: 'Stop' }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByText('Run 1, stopped')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Start' })).toBeFocused()
  })

  test('is slowed down until each mini-batch can be seen, heard at once meanwhile, and stays so', async ({ page }) => {
    await openTrain(page)
    await fill(page, 'Epochs', '500')
    const speed = page.getByRole('slider', { name: 'Speed' })
    await expect(speed).toHaveAttribute('aria-valuetext', 'full speed')
    await speed.focus()
    await page.keyboard.press('Home')
    await expect(speed).toHaveAttribute('aria-valuetext', '1 mini-batch a second')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => minibatches(page)).toBeGreaterThan(1)
    expect(await minibatches(page)).toBeLessThan(60)
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Run 1, paused')).toBeVisible()
    await page.reload()
    await expect(speed).toHaveAttribute('aria-valuetext', '1 mini-batch a second')
    await page.getByRole('button', { name: 'Resume' }).click()
    await speed.focus()
    await page.keyboard.press('End')
    await expect(speed).toHaveAttribute('aria-valuetext', 'full speed')
    // At one a second that would take five minutes.
    await expect.poll(() => minibatches(page)).toBeGreaterThan(300)
  })

  test('shows how often units fire, their gradients, and what the layers answer', async ({ page }) => {
    await openTrain(page)
    await choose(page, 'Model', /^Multi-layer/)
    await fill(page, 'Hidden sizes', '30')
    await choose(page, 'First weights', /^Zeros/)
    await page.getByRole('button', { name: 'Batch', exact: true }).click()
    const panel = page.getByRole('region', { name: /^Weights of (the )?30 hidden units$/ })
    await expect(panel.getByText(/share of 1,000 test images on which it fires/)).toBeVisible()
    // Units of zeros pass nothing on, for good.
    await expect(panel.getByText('All 30 units', { exact: true })).toBeVisible()
    await expect(page.getByRole('img', { name: 'Weights of unit 14, never fires' })).toBeVisible()
    await page.getByRole('button', { name: 'Weights', exact: true }).click()
    await page.getByRole('menuitemradio', { name: /^Gradients/ }).click()
    await expect(page.getByRole('img', { name: 'Gradients of unit 14' })).toBeVisible()
    await expect(page.getByText('All are 0: no step changes these weights.')).toBeVisible()
    await page.getByRole('button', { name: 'Gradients', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitemradio', { name: /^Activations/ }).click()
    await expect(page.getByText('30 of 30 dead')).toBeVisible()
    await expect(page.getByRole('img', { name: /^Activations of layer 1: all are 0; 100 images/ })).toBeVisible()
  })

  test('a run goes on through a reload of the page and is found again', async ({ page }) => {
    await openTrain(page)
    await fill(page, 'Epochs', '2000')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => minibatches(page)).toBeGreaterThan(50)
    const before = await minibatches(page)
    await page.reload()
    await expect(page.getByText('Run 1, training')).toBeVisible()
    await expect.poll(() => minibatches(page)).toBeGreaterThan(before)
    const later = await minibatches(page)
    await expect.poll(() => minibatches(page)).toBeGreaterThan(later)
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Run 1, paused')).toBeVisible()
  })

  test('first weights that are far too large end in a diverged run, and smaller ones help', async ({ page }) => {
    await openTrain(page)
    await choose(page, 'First weights', /^N\(0, 1\)/)
    await choose(page, 'Model', /^Multi-layer/)
    await fill(page, 'Hidden sizes', '128, 128, 128')
    await fill(page, 'Learning rate', '1000000')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText('The loss is no longer a number.', { exact: true })).toBeVisible({ timeout: 60_000 })
    await expect(page.getByText('Run 1, diverged')).toBeVisible()
    await page.getByRole('button', { name: 'Start again with He weights, learning rate 0.1' }).click()
    await expect(page.getByText('Run 2, training')).toBeVisible()
    await expect(answer(page)).toContainText('It lowers the loss')
  })

  test('the form says at the field what is wrong and offers only what fits', async ({ page }) => {
    await openTrain(page)
    await fill(page, 'Batch size', '-256')
    await expect(page.getByText('a whole number from 1 to 100,000')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Start' })).toBeDisabled()
    await fill(page, 'Batch size', '256')
    await page.getByRole('combobox', { name: 'Loss' }).click()
    await expect(page.getByRole('option', { name: /^mnist_loss/ })).toHaveCount(0)
    await page.keyboard.press('Escape')
    await choose(page, 'Digits', /^two of them/)
    await expect(page.getByRole('combobox', { name: 'Loss' })).toHaveValue('mnist_loss')
    await page.getByRole('button', { name: 'Presets' }).click()
    await page.getByRole('menuitem', { name: /^The book's simple_net/ }).click()
    await expect(page.getByText('23,581')).toBeVisible()
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText(/^Run 1, done 0\.9[78]/)).toBeVisible({ timeout: 60_000 })
  })

  test('a removed run can be brought back, and another one can be opened', async ({ page }) => {
    await openTrain(page)
    for (const epochs of ['1', '2']) {
      await fill(page, 'Epochs', epochs)
      await page.getByRole('button', { name: 'Start' }).click()
      await expect(page.getByText(new RegExp(`^Run ${epochs}, done`))).toBeVisible({ timeout: 60_000 })
    }
    await page.getByRole('button', { name: 'Runs' }).click()
    await page.getByRole('button', { name: 'Remove run 2' }).click()
    await expect(page.getByText('Run 2 removed')).toBeVisible()
    await expect(page.getByText(/^Run 1, done/)).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Runs' }).click()
    await page.getByRole('button', { name: /^Run 1 / }).click()
    await expect(page.getByText(/^Run 1, done/)).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Epochs' })).toHaveValue('1')
  })
})

test.describe('when the engine is killed', () => {
  test.use({ withMnist: true })
  test.skip(mnistFolder === null, 'MNIST is not on this machine')

  test('the run is kept as interrupted and goes on', async ({ page, inkling }) => {
    await openTrain(page)
    await fill(page, 'Epochs', '2000')
    await page.getByRole('button', { name: 'Start' }).click()
    await expect.poll(() => minibatches(page), { timeout: 60_000 }).toBeGreaterThan(500)
    await inkling.killEngine()
    await expect(page.getByText('Run 1 was interrupted.')).toBeVisible()
    expect(await minibatches(page)).toBeGreaterThan(0)
    // What its last checkpoint knew can still be seen.
    await expect(page.getByRole('img', { name: /^Weights of unit 3,/ })).toBeVisible()
    const before = await minibatches(page)
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect(page.getByText('Run 1, training')).toBeVisible()
    await expect.poll(() => minibatches(page)).toBeGreaterThan(before)
  })
})

test.describe('while the built-in digits are still being written', () => {
  test('a pause and a stop are heard at once', async ({ page }) => {
    await openTrain(page)
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page.getByText('Run 1, preparing')).toBeVisible()
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Run 1, paused')).toBeVisible()
    await expect(page.getByText('Reading the images…')).toBeVisible()
    await page.getByRole('button', { name: 'Resume' }).click()
    await expect(page.getByText('Run 1, preparing')).toBeVisible()
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect(page.getByText('Run 1, stopped')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled()
  })
})
