using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>
/// Writes what stands in for a layout whose declaration has errors. The compiler runs no analyzer over a declaration that is not
/// complete, so without it nobody would say what the errors are.
/// </summary>
internal static class PlaceholderWriter
{
    public static string Write(PlaceholderModel placeholder)
    {
        var writer = new IndentedWriter();
        FileWriter.Write(writer, placeholder.Header, () => WriteStruct(writer, placeholder));
        return writer.ToString();
    }

    private static void WriteStruct(IndentedWriter writer, PlaceholderModel placeholder)
    {
        string name = placeholder.Header.Name;
        string panic = $"{TypeNames.Panic}.Now(\"{placeholder.Header.PlainName}: the layout's declaration has errors\");";
        writer.Line("// The declaration has errors, told by rules KM80xx: mend them, and the layout is generated.").Line($"partial struct {name}").Open();

        foreach (PlaceholderProperty property in placeholder.Properties)
        {
            writer.Line(property.Declaration).Open();
            if (property.HasGetter)
                writer.Line($"get {{ {panic} return default!; }}");

            if (property.Setter is not null)
                writer.Line($"{property.Setter} => {panic}");

            writer.Close().Blank();
        }

        if (placeholder.Level is not null)
            writer.Line("/// <inheritdoc/>").Line($"public static {TypeNames.Level} Level => {TypeNames.Level}.{placeholder.Level};").Blank();

        if (placeholder.Storage is not null)
        {
            writer.Lines($"""
                /// <inheritdoc/>
                public {placeholder.Storage} Value => default;

                /// <inheritdoc/>
                public static {name} FromRaw({placeholder.Storage} value) => default;
                """);
        }

        writer.Close();
    }
}
