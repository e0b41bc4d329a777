using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.IO.Compression;
using System.Linq;
using System.Text;
using System.Threading;
using KernelMem.Effects;

// dotnet run -- <out.kmeffects[.gz]> <folder of implementation assemblies, or assemblies>...
string output = args[0];
string[] assemblies = [.. args.Skip(1).SelectMany(static path => Directory.Exists(path) ? Directory.GetFiles(path, "*.dll") : [path]).Order(StringComparer.Ordinal)];

Stopwatch time = Stopwatch.StartNew();
using World world = new(assemblies, []);
List<AssemblyEffects> effects = EffectsInference.Infer(world, new EffectOverrides(EffectOverrides.Platform), elsewhere: null, CancellationToken.None);
string text = EffectsWriter.Write(effects);
if (output.EndsWith(".gz", StringComparison.Ordinal))
{
    using GZipStream compressed = new(File.Create(output), CompressionLevel.SmallestSize);
    compressed.Write(Encoding.UTF8.GetBytes(text));
}
else
{
    File.WriteAllText(output, text);
}

Console.WriteLine($"{effects.Count} assemblies, {effects.Sum(static assembly => assembly.Members.Count)} members, {new FileInfo(output).Length} bytes, {time.Elapsed.TotalSeconds:F1} s");
foreach (var verdict in effects.SelectMany(static assembly => assembly.Members).GroupBy(static member => member.Value.Allocates).OrderBy(static verdict => verdict.Key))
    Console.WriteLine($"  allocates {verdict.Key}: {verdict.Count()}");
