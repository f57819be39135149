/** The names that data sets can have. */

/** Why a set cannot have this name, told before anything is sent; the engine looks once more. */
export function nameProblem(name: string, datasets: readonly { readonly name: string }[]): string | null {
  if (name === '') return 'A name is needed'
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/.test(name)) return 'Only small letters, digits, - and _, a letter or digit first'
  return datasets.some((set) => set.name === name) ? 'There is a set of this name already' : null
}
