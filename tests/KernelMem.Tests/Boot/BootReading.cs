using System;
using System.Collections.Generic;
using System.Text;
using KernelMem.Addresses;
using KernelMem.Boot;

namespace KernelMem.Tests.Boot;

/// <summary>What readers' tests share.</summary>
internal static class BootReading
{
    public static List<(ulong Start, ulong Length, uint Type)> Entries(BootInformation boot)
    {
        List<(ulong, ulong, uint)> entries = [];
        foreach (FirmwareRegion region in boot.Map)
            entries.Add((region.Start, region.Length, region.Type));

        return entries;
    }

    public static List<(ulong Start, ulong Length, string Text)> Modules(BootInformation boot)
    {
        List<(ulong, ulong, string)> modules = [];
        foreach (BootModule module in boot.Modules)
            modules.Add((module.Range.Start.Value, module.Range.Length, Encoding.UTF8.GetString(module.CommandLine)));

        return modules;
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
