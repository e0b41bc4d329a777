using System.Collections.Generic;
using System.Text;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>Lays out the answers of a Limine boot, with pointers into a higher half direct map. The map's entries come last.</summary>
internal static class LimineImage
{
    public const ulong DirectMap = 0xFFFF_8000_0000_0000;
    public const ulong Base = 0xA000;
    public const ulong MapResponse = Base;
    public const ulong ModulesResponse = Base + 0x20;
    public const ulong CommandLineResponse = Base + 0x40;
    public const ulong RsdpResponse = Base + 0x60;
    public const ulong CommandLine = Base + 0x80;
    public const ulong ModuleList = Base + 0x100;
    public const ulong Files = Base + 0x200;
    public const ulong ModuleTexts = Base + 0x500;
    public const ulong MapList = Base + 0x600;
    public const ulong Rsdp = 0xF_5A40;

    private const ulong FileBytes = 112;

    /// <summary>The pointers that go with it; of what is not there, 0.</summary>
    public static LimineResponses Responses(bool modules = true, bool commandLine = true, bool rsdp = true) => new()
    {
        MemoryMap = DirectMap + MapResponse,
        Modules = modules ? DirectMap + ModulesResponse : 0,
        CommandLine = commandLine ? DirectMap + CommandLineResponse : 0,
        Rsdp = rsdp ? DirectMap + RsdpResponse : 0,
    };

    public static ulong Entries(int count) => MapList + (ulong)count * 8;

    public static PhysicalImage Create(
        IReadOnlyList<FirmwareEntry> map, string commandLine = "", params (ulong Start, ulong Length, string? Text)[] modules)
    {
        ulong entries = Entries(map.Count);
        PhysicalImage image = new(Base, (int)(entries - Base) + map.Count * 24);
        image.Put64(MapResponse, 0);
        image.Put64(MapResponse + 8, (ulong)map.Count);
        image.Put64(MapResponse + 16, DirectMap + MapList);
        image.Put64(ModulesResponse, 1);
        image.Put64(ModulesResponse + 8, (ulong)modules.Length);
        image.Put64(ModulesResponse + 16, DirectMap + ModuleList);
        image.Put64(CommandLineResponse + 8, DirectMap + CommandLine);
        image.Put64(RsdpResponse + 8, DirectMap + Rsdp);
        image.PutString(CommandLine, commandLine);

        ulong text = ModuleTexts;
        for (int index = 0; index < modules.Length; index++)
        {
            ulong file = Files + (ulong)index * FileBytes;
            image.Put64(ModuleList + (ulong)index * 8, DirectMap + file);
            image.Put64(file + 8, DirectMap + modules[index].Start);
            image.Put64(file + 16, modules[index].Length);
            image.Put64(file + 24, 0xCCCC_CCCC_CCCC_CCCC); // the path, of no use here
            if (modules[index].Text is not { } name)
                continue;

            image.Put64(file + 32, DirectMap + text);
            image.PutString(text, name);
            text += (ulong)Encoding.UTF8.GetByteCount(name) + 1;
        }

        // The entries lie in the reverse order of their pointers.
        for (int index = 0; index < map.Count; index++)
        {
            ulong entry = entries + (ulong)(map.Count - 1 - index) * 24;
            image.Put64(MapList + (ulong)index * 8, DirectMap + entry);
            image.Put64(entry, map[index].Start);
            image.Put64(entry + 8, map[index].Length);
            image.Put64(entry + 16, map[index].Type);
        }

        return image;
    }

    public static VirtAddr DirectMapStart => VirtAddr.Create(DirectMap);
}
