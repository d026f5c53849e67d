/** What config.toml calls a field, beside its label; not part of the field's name for whoever hears it. */
export const TomlKey = ({ name }: { readonly name: string }) => (
  <code className="toml-key" aria-hidden="true">
    {name}
  </code>
)
