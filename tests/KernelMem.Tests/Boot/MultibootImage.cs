using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace KernelMem.Tests.Boot;

/// <summary>Lays out a Multiboot information structure as §3.3 of the specification draws it.</summary>
internal static class MultibootImage
{
    public const ulong Base = 0x9000;
    public const ulong Info = Base + 4;
    public const ulong CommandLine = Base + 0x100;
    public const ulong Modules = Base + 0x200;
    public const ulong ModuleCommandLines = Base + 0x400;
    public const ulong Map = Base + 0x600;

    public const uint HasLimits = 1;
    public const uint HasCommandLine = 4;
    public const uint HasModules = 8;
    public const uint HasMap = 64;

    /// <summary>With entries of the usual size, or of the sizes given (what the size field says: from 20).</summary>
    public static PhysicalImage Create(
        IReadOnlyList<(ulong Start, ulong Length, uint Type)> map,
        string? commandLine = null,
        (uint Start, uint End, string? Text)[]? modules = null,
        IReadOnlyList<uint>? sizes = null)
    {
        sizes ??= map.Select(_ => 20u).ToArray();
        modules ??= [];
        uint mapBytes = (uint)sizes.Sum(size => size + 4);
        PhysicalImage image = new(Base, (int)(Map - Base + mapBytes));
        image.Put32(
            Info, HasMap | HasLimits | (commandLine is null ? 0 : HasCommandLine) | (modules.Length == 0 ? 0 : HasModules));
        image.Put32(Info + 4, 639);
        image.Put32(Info + 8, 31 * 1024);
        image.Put32(Info + 16, (uint)CommandLine);
        image.Put32(Info + 20, (uint)modules.Length);
        image.Put32(Info + 24, (uint)Modules);
        image.Put32(Info + 44, mapBytes);
        image.Put32(Info + 48, (uint)Map);
        if (commandLine is not null)
            image.PutString(CommandLine, commandLine);

        ulong text = ModuleCommandLines;
        for (int index = 0; index < modules.Length; index++)
        {
            ulong entry = Modules + (ulong)index * 16;
            image.Put32(entry, modules[index].Start);
            image.Put32(entry + 4, modules[index].End);
            if (modules[index].Text is not { } name)
                continue;

            image.Put32(entry + 8, (uint)text);
            image.PutString(text, name);
            text += (ulong)Encoding.UTF8.GetByteCount(name) + 1;
        }

        ulong at = Map;
        for (int index = 0; index < map.Count; index++)
        {
            image.Put32(at, sizes[index]);
            image.Put64(at + 4, map[index].Start);
            image.Put64(at + 12, map[index].Length);
            image.Put32(at + 20, map[index].Type);
            at += sizes[index] + 4;
        }

        return image;
    }
}
