using System;
using System.Collections.Generic;
using System.Text;
using KernelMem.Addresses;
using KernelMem.Boot;
using KernelMem.Failures;

namespace KernelMem.Tests.Boot;

/// <summary>What readers' tests share.</summary>
internal static class BootReading
{
    public static List<(ulong Start, ulong Length, uint Type)> Entries(BootInformation boot)
    {
        List<(ulong, ulong, uint)> entries = [];
        foreach (FirmwareRegion region in boot.Map)
            entries.Add((region.Start, region.Length, (uint)region.Type));

        return entries;
    }

    public static List<(ulong Start, ulong Length, string Text)> Modules(BootInformation boot)
    {
        List<(ulong, ulong, string)> modules = [];
        foreach (BootModule module in boot.Modules)
            modules.Add((module.Range.Start.Value, module.Range.Length, Encoding.UTF8.GetString(module.CommandLine)));

        return modules;
    }

    /// <summary>The error, or none for a success, of which everything is used.</summary>
    public static BootInformationError Error(Result<BootInformation, BootInformationError> result, PhysicalMemoryView memory)
    {
        if (result.TryGet(out BootInformation boot, out BootInformationError error))
            Exercise(boot, memory.Range);

        return error;
    }

    /// <summary>Uses everything there is to use, and checks that it is where it may be.</summary>
    public static void Exercise(BootInformation boot, PhysRange window)
    {
        Assert.HasCount(boot.Map.Count, Entries(boot));
        Assert.HasCount(boot.Modules.Count, Modules(boot));
        Assert.IsTrue(window.Contains(boot.Storage));
        Assert.IsTrue(window.Contains(boot.Map.Storage));
        Assert.IsTrue(window.Contains(boot.Modules.Storage));
        Assert.IsLessThanOrEqualTo(BootString.MaximumLength, boot.CommandLine.Length);
        Assert.IsFalse(boot.CommandLine.IndexOf((byte)0) >= 0);
    }
}
