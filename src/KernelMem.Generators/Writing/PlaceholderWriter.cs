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
        string panic = $"{TypeNames.Panic}.Now(\"{placeholder.Header.PlainName}: the layout's declaration has errors\");";
        string body = $"{{ {panic} return default!; }}";
        writer
            .Line("// The declaration has errors, told by rules KM80xx: mend them, and the layout is generated.")
            .Line($"partial struct {placeholder.Header.Name}")
            .Open();

        foreach (PlaceholderProperty property in placeholder.Properties)
        {
            writer.Line(property.Declaration).Open();
            if (property.HasGetter)
                writer.Line("get " + body);

            if (property.Setter is not null)
                writer.Line($"{property.Setter} => {panic}");

            writer.Close().Blank();
        }

        WriteEntryMembers(writer, placeholder, body);
        writer.Close();
    }

    /// <summary>What an entry must have to be one of a table.</summary>
    private static void WriteEntryMembers(IndentedWriter writer, PlaceholderModel placeholder, string body)
    {
        if (placeholder.Level is not null)
        {
            writer.Lines($"""
                /// <inheritdoc/>
                public static {TypeNames.Level} Level => {TypeNames.Level}.{placeholder.Level};

                """);
        }

        if (placeholder.Storage is not null)
        {
            writer.Lines($$"""
                /// <inheritdoc/>
                public {{placeholder.Storage}} Value { get {{body}} }

                /// <inheritdoc/>
                public static {{placeholder.Header.Name}} FromRaw({{placeholder.Storage}} value) {{body}}
                """);
        }
    }
}
