using System;
using System.IO;
using System.Linq;

namespace RuleCost;

/// <summary>A solution on disk. A project refers to two of those before it, as a tree of libraries does.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="Kind">What is in it.</param>
/// <param name="Lines">How many lines of C#.</param>
internal sealed record Solution(string Folder, SourceKind Kind, int Lines)
{
    private const int LinesInFile = 250;

    public string File => Path.Combine(Folder, "All.slnx");

    public static Solution Write(string folder, SourceKind kind, Options options)
    {
        Directory.CreateDirectory(folder);
        System.IO.File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), Properties(kind));
        System.IO.File.WriteAllText(Path.Combine(folder, "Directory.Build.targets"), Targets());
        string[] projects = [.. Enumerable.Range(0, options.Projects).Select(static number => $"P{number:D2}")];
        System.IO.File.WriteAllText(
            Path.Combine(folder, "All.slnx"),
            $"<Solution>\n{string.Concat(projects.Select(static project => $"  <Project Path=\"{project}/{project}.csproj\" />\n"))}</Solution>\n");

        int lines = 0;
        SourceMaker maker = new(kind);
        for (int number = 0; number < projects.Length; number++)
        {
            lines += WriteProject(folder, projects, number, maker, options.Lines);

            // What is called is in the first project: all others refer to it.
            maker.Callable.RemoveAll(name => number > 0 && name.Contains($".{projects[number]}.", StringComparison.Ordinal));
        }

        return new Solution(folder, kind, lines);
    }

    private static int WriteProject(string folder, string[] projects, int number, SourceMaker maker, int size)
    {
        string project = Path.Combine(folder, projects[number]);
        Directory.CreateDirectory(project);
        string[] below = number == 0 ? [] : [.. new[] { 0, number / 2 }.Distinct().Where(other => other < number).Select(other => projects[other])];
        System.IO.File.WriteAllText(
            Path.Combine(project, projects[number] + ".csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup>
                {string.Join("\n    ", below.Select(static other => $"<ProjectReference Include=\"../{other}/{other}.csproj\" />"))}
              </ItemGroup>
            </Project>

            """);
        int lines = 0;
        for (int file = 0; lines < size; file++)
        {
            string source = maker.MakeFile($"Generated.{projects[number]}", LinesInFile);
            System.IO.File.WriteAllText(Path.Combine(project, $"File{file:D2}.cs"), source);
            lines += source.Count(static letter => letter == '\n') + 1;
        }

        return lines;
    }

    /// <summary>What a user's project has; the rules come in as they do by the package, where <c>Rules</c> asks for them.</summary>
    private static string Properties(SourceKind kind) => $"""
        <Project>
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
            <KernelMemProfile>{kind}</KernelMemProfile>
            <KernelMemEffectsTasks>{Repository.Output("KernelMem.Effects.Tasks", "net10.0")}KernelMem.Effects.Tasks.dll</KernelMemEffectsTasks>
          </PropertyGroup>
          <Import Project="{Repository.Rules}KernelMem.props" Condition="'$(Rules)' == 'true'" />
        </Project>

        """;

    private static string Targets() => $"""
        <Project>
          <ItemGroup>
            <Reference Include="{Repository.Output("KernelMem", "net10.0")}KernelMem.dll" />
          </ItemGroup>
          <ItemGroup Condition="'$(Rules)' == 'true'">
            <Analyzer Include="{Repository.Output("KernelMem.Analyzers", "netstandard2.0")}KernelMem.Analyzers.dll" />
            <Analyzer Include="{Repository.Output("KernelMem.CodeFixes", "netstandard2.0")}KernelMem.CodeFixes.dll" />
            <Analyzer Include="{Repository.Output("KernelMem.Generators", "netstandard2.0")}KernelMem.Generators.dll" />
          </ItemGroup>
          <Import Project="{Repository.Rules}KernelMem.targets" Condition="'$(Rules)' == 'true'" />
        </Project>

        """;
}
