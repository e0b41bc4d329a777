using System.Collections.Generic;
using System.Globalization;

namespace KernelMem.Kernels;

/// <summary>Boots images in QEMU.</summary>
public static class Emulator
{
    /// <summary>The boot kernel as it was built.</summary>
    public static string BootKernelImage { get; } = Repository.PathOf("samples", "BootKernel", "bin", Repository.Configuration, "net10.0", "BootKernel.elf");

    /// <summary>Boots an image and returns what it said on its serial line and its exit code.</summary>
    public static CommandResult Boot(string image, EmulatedMachine machine, int seconds = 60) =>
        Command.Run(Repository.Root, "bash", Arguments(image, machine, seconds));

    /// <summary>The boot script and its arguments.</summary>
    internal static List<string> Arguments(string image, EmulatedMachine machine, int seconds)
    {
        List<string> arguments =
        [
            Repository.PathOf("src", "KernelMem.Sdk", "boot.sh"),
            "--image", image,
            "--memory", machine.Memory,
            "--cpus", machine.Cpus.ToString(CultureInfo.InvariantCulture),
            "--cpu", machine.CpuModel,
            "--append", machine.CommandLine,
            "--timeout", seconds.ToString(CultureInfo.InvariantCulture),
        ];
        if (machine.Multiboot)
            arguments.Add("--multiboot");
        if (machine.Uefi)
            arguments.Add("--uefi");
        return arguments;
    }
}
