using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>
/// Writes the generated half of a layout. The code it writes runs in a kernel: no allocation, no exceptions, no interface
/// dispatch; values that do not fit go to the panic handler.
/// </summary>
internal static class LayoutWriter
{
    public static string Write(LayoutModel layout)
    {
        var writer = new IndentedWriter();
        FileWriter.Write(writer, layout.Header, () =>
        {
            WriteStruct(writer, layout);
            FlagsWriter.WriteEnum(writer, layout);
        });
        return writer.ToString();
    }

    private static void WriteStruct(IndentedWriter writer, LayoutModel layout)
    {
        WriteDiagram(writer, layout);
        WriteAttributes(writer, layout);
        writer.Line($"partial struct {layout.Name} : global::System.IEquatable<{layout.Name}>").Open();

        StorageWriter.Write(writer, layout);
        ValidityWriter.Write(writer, layout);
        foreach (FieldModel field in layout.Fields)
        {
            FieldWriter.Write(writer, layout, field);
        }

        FlagsWriter.WriteMembers(writer, layout);
        MemoryWriter.Write(writer, layout);
        TextWriter.Write(writer, layout);
        EqualityWriter.Write(writer, layout);
        writer.Close();
    }

    private static void WriteDiagram(IndentedWriter writer, LayoutModel layout)
    {
        writer.Line("/// <remarks>").Line("/// <code>");
        foreach (string line in BitDiagram.Draw(layout))
        {
            writer.Line(line.Length == 0 ? "///" : "/// " + line);
        }

        writer.Line("/// </code>").Line("/// </remarks>");
    }

    /// <summary>
    /// The size is stated, and stated once more for the rule that measures it. Explicit offsets would have the compiler refuse any other
    /// field, but they keep the code generator from holding words in registers; KM8014 refuses them instead.
    /// </summary>
    private static void WriteAttributes(IndentedWriter writer, LayoutModel layout)
    {
        string bytes = Literals.Number(layout.Storage.Width / 8);
        if (!layout.Has(OwnParts.DebuggerDisplay))
            writer.Line("[global::System.Diagnostics.DebuggerDisplay(\"{ToString(),nq}\")]");

        if (!layout.Has(OwnParts.ExpectedSize))
            writer.Line($"[global::KernelMem.Annotations.ExpectedSize({bytes})]");

        if (!layout.Has(OwnParts.StructLayout))
            writer.Line($"[{TypeNames.StructLayout}({TypeNames.LayoutKind}.Sequential, Size = {bytes})]");
    }
}
