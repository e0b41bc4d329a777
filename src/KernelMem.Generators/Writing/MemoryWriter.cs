using KernelMem.Generators.Model;

namespace KernelMem.Generators.Writing;

/// <summary>Writes what has to do with words in memory: write-1-to-clear bits, the order of bytes, and access in one step.</summary>
internal static class MemoryWriter
{
    public static void Write(IndentedWriter writer, LayoutModel layout)
    {
        if (layout.ReadsOtherThanItWrites)
            WriteForWriting(writer, layout);

        if (layout.WriteOneToClearMask != 0)
            WriteClearing(writer, layout);

        if (layout.IsBigEndian)
            WriteByteOrder(writer, layout);

        if (!layout.Storage.IsAtomic)
            return;

        WriteAccess(writer, layout);
        if (!layout.IsMemory)
            return;

        WriteUpdate(writer, layout);
        if (layout.WritableFlagsMask != 0)
            WriteFlags(writer, layout);
    }

    private static void WriteForWriting(IndentedWriter writer, LayoutModel layout)
    {
        StorageType storage = layout.Storage;
        string dropped = (layout.WriteOnlyMask, layout.WriteOneToClearMask) switch
        {
            (0, _) => storage.Widened("WriteOneToClearMask"),
            (_, 0) => storage.Widened("WriteOnlyMask"),
            _ => $"({storage.Widened("WriteOnlyMask")} | WriteOneToClearMask)",
        };
        writer.Member($"""
            /// <summary>
            /// What was read, as a word to write back that does nothing: the same, with the write-only and write-1-to-clear bits zero.
            /// </summary>
            public {layout.Name} ForWrite => new({storage.Narrowed($"{storage.Widened("_value")} & ~{dropped}")});
            """);
    }

    private static void WriteClearing(IndentedWriter writer, LayoutModel layout)
    {
        StorageType storage = layout.Storage;
        string kept = $"{storage.Widened("_value")} & ~{storage.Widened("WriteOneToClearMask")}";
        writer.Member($$"""
            /// <summary>The word to write in order to clear some write-1-to-clear bits, and no others. Panics on other bits.</summary>
            {{TypeNames.MustUse}}
            public {{layout.Name}} Clearing({{storage.Keyword}} mask)
            {
                if ((mask & ~{{storage.Widened("WriteOneToClearMask")}}) != 0)
                    {{TypeNames.Panic}}.Now("{{layout.Header.PlainName}}: not bits that writing ones clears");

                return new({{storage.Narrowed($"({kept}) | mask")}});
            }
            """);
    }

    private static void WriteByteOrder(IndentedWriter writer, LayoutModel layout)
    {
        (StorageType storage, string name) = (layout.Storage, layout.Name);
        writer.Member($"""
            /// <summary>The view of a word as it lies in memory, most significant byte first.</summary>
            public static {name} FromBigEndian({storage.Keyword} stored) => new(SwapBytes(stored));

            /// <summary>The word as it lies in memory, most significant byte first.</summary>
            public {storage.Keyword} ToBigEndian() => SwapBytes(_value);

            private static {storage.Keyword} SwapBytes({storage.Keyword} word)
            """);
        writer.Indented(storage.Width switch
        {
            16 => "=> (ushort)(((uint)word >> 8) | (((uint)word & 0xFF) << 8));",
            32 => "=> (word >> 24) | ((word >> 8) & 0xFF00) | ((word & 0xFF00) << 8) | (word << 24);",
            _ => "=> (word >> 56) | ((word >> 40) & 0xFF00) | ((word >> 24) & 0xFF_0000) | ((word >> 8) & 0xFF00_0000) |",
        });
        if (storage.Width == 64)
            writer.Continued("((word & 0xFF00_0000) << 8) | ((word & 0xFF_0000) << 24) | ((word & 0xFF00) << 40) | (word << 56);");
    }

    private static void WriteAccess(IndentedWriter writer, LayoutModel layout)
    {
        (string name, string storage) = (layout.Name, layout.Storage.Keyword);
        writer.Member($"""
            /// <summary>Reads a word that others may write, in one step, acquiring.</summary>
            public static {name} Load(ref readonly {storage} location) => {FromMemory(layout, $"{TypeNames.Atomic}.Load(in location)")};

            /// <summary>Writes a word that others may read, in one step, releasing.</summary>
            public static void Store(ref {storage} location, {name} value) => {TypeNames.Atomic}.Store(ref location, {ToMemory(layout, "value")});
            """);
    }

    private static void WriteUpdate(IndentedWriter writer, LayoutModel layout)
    {
        (string name, string storage) = (layout.Name, layout.Storage.Keyword);
        string exchange = $"{TypeNames.Atomic}.CompareExchange(ref location, {ToMemory(layout, "seen")}, {ToMemory(layout, "replacement")})";
        writer.Member($$"""
            /// <summary>
            /// Writes a word in one step, if memory still holds the one that was seen; otherwise nothing is written. In a loop, until it says
            /// true: <c>while (!TryUpdate(ref location, ref seen, seen.With…)) { }</c>.
            /// </summary>
            /// <param name="location">Where.</param>
            /// <param name="seen">What memory must hold; then what it did hold.</param>
            /// <param name="replacement">What to write.</param>
            /// <returns>Whether it was written.</returns>
            public static bool TryUpdate(ref {{storage}} location, ref {{name}} seen, {{name}} replacement)
            {
                {{name}} found = {{FromMemory(layout, exchange)}};
                bool isWritten = found._value == seen._value;
                seen = found;
                return isWritten;
            }

            /// <summary>Gives the bits of a mask the values that they have in another word, in one step; all other bits stay as they are.</summary>
            /// <returns>The word that was there.</returns>
            public static {{name}} AtomicReplace(ref {{storage}} location, {{storage}} mask, {{name}} bits)
            {
                {{name}} seen = Load(in location);
                while (!TryUpdate(ref location, ref seen, new((seen._value & ~mask) | (bits._value & mask))))
                {
                }

                return seen;
            }
            """);
    }

    private static void WriteFlags(IndentedWriter writer, LayoutModel layout)
    {
        (string name, string storage, string flags) = (layout.Name, layout.Storage.Keyword, layout.FlagsName);
        string bits = $"FlagBits(flags, {FlagsWriter.WritableMask(layout)})";
        string stored = layout.IsBigEndian ? $"SwapBytes({bits})" : bits;
        writer.Member($"""
            /// <summary>Sets flags in one step. Panics on a flag that may not be written.</summary>
            /// <returns>The word that was there.</returns>
            public static {name} AtomicSet(ref {storage} location, {flags} flags)
                => {FromMemory(layout, $"{TypeNames.Atomic}.FetchOr(ref location, {stored})")};

            /// <summary>Clears flags in one step. Panics on a flag that may not be written.</summary>
            /// <returns>The word that was there.</returns>
            public static {name} AtomicClear(ref {storage} location, {flags} flags)
                => {FromMemory(layout, $"{TypeNames.Atomic}.FetchAnd(ref location, ~{stored})")};
            """);
    }

    private static string FromMemory(LayoutModel layout, string stored) => layout.IsBigEndian ? $"FromBigEndian({stored})" : $"new({stored})";

    private static string ToMemory(LayoutModel layout, string word) => layout.IsBigEndian ? $"{word}.ToBigEndian()" : $"{word}._value";
}
