using System.Collections.Generic;
using System.Text;

namespace KernelMem.Tests.Boot;

/// <summary>Lays out a PVH start info as Xen's <c>start_info.h</c> draws it.</summary>
internal static class PvhImage
{
    public const ulong Base = 0x8000;
    public const ulong Info = Base + 0x10;
    public const ulong CommandLine = Base + 0x100;
    public const ulong Modules = Base + 0x200;
    public const ulong ModuleCommandLines = Base + 0x400;
    public const ulong Map = Base + 0x600;
    public const ulong Rsdp = 0xF_5A40;

    public static PhysicalImage Create(
        IReadOnlyList<(ulong Start, ulong Length, uint Type)> map,
        string? commandLine = null,
        params (ulong Start, ulong Length, string? Text)[] modules)
    {
        // The map comes last and ends where the image ends, so that the guard page is right behind it.
        PhysicalImage image = new(Base, (int)(Map - Base) + map.Count * 24);
        image.Put32(Info, 0x336EC578);
        image.Put32(Info + 4, 1);
        image.Put32(Info + 8, 0);
        image.Put32(Info + 12, (uint)modules.Length);
        image.Put64(Info + 16, modules.Length == 0 ? 0 : Modules);
        image.Put64(Info + 24, commandLine is null ? 0 : CommandLine);
        image.Put64(Info + 32, Rsdp);
        image.Put64(Info + 40, Map);
        image.Put32(Info + 48, (uint)map.Count);
        if (commandLine is not null)
            image.PutString(CommandLine, commandLine);

        ulong text = ModuleCommandLines;
        for (int index = 0; index < modules.Length; index++)
        {
            ulong entry = Modules + (ulong)index * 32;
            image.Put64(entry, modules[index].Start);
            image.Put64(entry + 8, modules[index].Length);
            if (modules[index].Text is not { } name)
                continue;

            image.Put64(entry + 16, text);
            image.PutString(text, name);
            text += (ulong)Encoding.UTF8.GetByteCount(name) + 1;
        }

        for (int index = 0; index < map.Count; index++)
        {
            ulong entry = Map + (ulong)index * 24;
            image.Put64(entry, map[index].Start);
            image.Put64(entry + 8, map[index].Length);
            image.Put32(entry + 16, map[index].Type);
            image.Put32(entry + 20, 0xCCCC_CCCC);
        }

        return image;
    }
}
