/** A sentence whose parts between `**` are bold. */
export function Bold({ children }: { readonly children: string }) {
  return children.split('**').map((part, index) => (index % 2 === 1 ? <b key={index}>{part}</b> : part))
}
