using System;
using System.IO;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace KernelMem.Effects.Tasks;

/// <summary>Reads what an assembly says of itself.</summary>
internal static class AssemblyFile
{
    /// <summary>What is read from a file's metadata; nothing where the file is not there, or is no .NET assembly.</summary>
    public static T? Read<T>(string path, Func<MetadataReader, T?> read)
    {
        if (!File.Exists(path))
            return default;

        using FileStream file = File.OpenRead(path);
        try
        {
            using PEReader image = new(file);
            return image.HasMetadata ? read(image.GetMetadataReader()) : default;
        }
        catch (BadImageFormatException)
        {
            return default;
        }
    }
}
